// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/theme.h"

#include "render/theme.h"

#include <array>
#include <cmath>

namespace pfnscope::ui {

namespace {

// Of Okabe and Ito's eight, which stay apart under every common colour deficiency.
const QColor kBlack(0x00, 0x00, 0x00), kGreen(0x00, 0x9e, 0x73), kYellow(0xf0, 0xe4, 0x42), kBlue(0x00, 0x72, 0xb2),
    kVermillion(0xd5, 0x5e, 0x00), kPurple(0xcc, 0x79, 0xa7);

struct Texture {
    Qt::BrushStyle pattern = Qt::SolidPattern;
    char letter = ' ';
};

Texture textureOf(view::Role role) {
    using enum view::Role;
    switch (role) {
    case Plain: return {};
    case Space: return {Qt::SolidPattern, 'P'};
    case TablePointer: return {Qt::SolidPattern, 'T'};
    case Page4K: return {Qt::SolidPattern, '4'};
    case Leaf2M: return {Qt::SolidPattern, '2'};
    case Leaf1G: return {Qt::SolidPattern, '1'};
    case Special: return {Qt::BDiagPattern, 'S'};
    case Soft: return {Qt::Dense7Pattern, 'm'};
    case Deposit: return {Qt::FDiagPattern, 'D'};
    case Device: return {Qt::HorPattern, 'B'};
    case Vma: return {Qt::VerPattern, 'V'};
    case Fault: return {Qt::DiagCrossPattern, '!'};
    case Dimmed: return {Qt::SolidPattern, '.'};
    }
    return {};
}

const render::RoleColour& colourOf(view::Role role) {
    for (const render::RoleColour& colour : render::kRoleColours) {
        if (colour.role == role)
            return colour;
    }
    return render::kRoleColours[0];
}

QColor colour(std::string_view name) {
    return QColor(QLatin1String(name.data(), qsizetype(name.size())));
}

bool isNeutral(view::Role role) {
    return role == view::Role::Plain || role == view::Role::Space || role == view::Role::Dimmed;
}

QColor mixed(const QColor& one, const QColor& other, double share) {
    const auto blend = [share](int a, int b) { return int(std::lround(a * share + b * (1 - share))); };
    return {blend(one.red(), other.red()), blend(one.green(), other.green()), blend(one.blue(), other.blue())};
}

} // namespace

QString name(ThemeKind kind) {
    switch (kind) {
    case ThemeKind::Light: return QStringLiteral("light");
    case ThemeKind::Dark: return QStringLiteral("dark");
    case ThemeKind::Print: return QStringLiteral("print");
    }
    return {};
}

ThemeKind themeKindFromName(const QString& text) {
    for (const ThemeKind kind : {ThemeKind::Dark, ThemeKind::Print}) {
        if (text == name(kind))
            return kind;
    }
    return ThemeKind::Light;
}

Theme::Theme(ThemeKind kind) : kind_(kind) {}

Ink Theme::ink(view::Role role) const {
    const Texture texture = textureOf(role);
    const render::RoleColour& own = colourOf(role);
    Ink ink{background(), faintText(), text(), texture.pattern, QLatin1Char(texture.letter)};
    if (role == view::Role::Dimmed)
        ink.text = faintText();
    if (kind_ == ThemeKind::Print) {
        ink.line = kBlack;
        return ink;
    }
    if (isNeutral(role))
        return ink;
    ink.fill = colour(kind_ == ThemeKind::Dark ? own.dark : own.tint);
    ink.line = kind_ == ThemeKind::Dark ? mixed(colour(own.hue), Qt::white, 0.55) : colour(own.hue);
    return ink;
}

Ink Theme::ghostInk() const {
    return {background(), faintText(), faintText(), Qt::Dense7Pattern, u'x'};
}

QColor Theme::change(view::Mark mark) const {
    if (kind_ == ThemeKind::Print)
        return kBlack;
    const QColor toward = kind_ == ThemeKind::Dark ? QColor(Qt::white) : QColor(Qt::black);
    const double share = kind_ == ThemeKind::Dark ? 0.65 : 0.8;
    switch (mark) {
    case view::Mark::None: return faintText();
    case view::Mark::Added: return mixed(kBlue, toward, share);
    case view::Mark::Removed: return mixed(kVermillion, toward, share);
    case view::Mark::Changed: return mixed(kPurple, toward, kind_ == ThemeKind::Dark ? 0.8 : 0.6);
    }
    return text();
}

QColor Theme::selection() const {
    return kind_ == ThemeKind::Print ? kBlack : kind_ == ThemeKind::Dark ? kYellow : kBlue;
}

QColor Theme::background() const {
    return kind_ == ThemeKind::Dark ? QColor(0x1b, 0x1e, 0x23) : QColor(Qt::white);
}

QColor Theme::panel() const {
    switch (kind_) {
    case ThemeKind::Light: return {0xf1, 0xf2, 0xf4};
    case ThemeKind::Dark: return {0x26, 0x2a, 0x31};
    case ThemeKind::Print: return Qt::white;
    }
    return Qt::white;
}

QColor Theme::text() const {
    return kind_ == ThemeKind::Dark ? QColor(0xec, 0xef, 0xf3) : QColor(0x14, 0x17, 0x1c);
}

QColor Theme::faintText() const {
    switch (kind_) {
    case ThemeKind::Light: return {0x55, 0x5c, 0x66};
    case ThemeKind::Dark: return {0xa9, 0xb1, 0xbd};
    case ThemeKind::Print: return {0x33, 0x33, 0x33};
    }
    return Qt::black;
}

QColor Theme::grid() const {
    return kind_ == ThemeKind::Dark ? QColor(0x3c, 0x43, 0x4d) : QColor(0xd5, 0xd9, 0xde);
}

QColor Theme::series(int index) const {
    if (kind_ == ThemeKind::Print)
        return kBlack;
    const std::array<QColor, 4> hues{kBlue, kVermillion, kGreen, kPurple};
    const QColor hue = hues[static_cast<std::size_t>(index) % hues.size()];
    return kind_ == ThemeKind::Dark ? mixed(hue, Qt::white, 0.65) : hue;
}

Qt::PenStyle Theme::seriesDash(int index) const {
    constexpr std::array<Qt::PenStyle, 4> dashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    return dashes[static_cast<std::size_t>(index) % dashes.size()];
}

double contrast(const QColor& one, const QColor& other) {
    const auto channel = [](double value) {
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    const auto luminance = [&channel](const QColor& colour) {
        return 0.2126 * channel(colour.redF()) + 0.7152 * channel(colour.greenF()) +
               0.0722 * channel(colour.blueF());
    };
    const double a = luminance(one), b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace pfnscope::ui
