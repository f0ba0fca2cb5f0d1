// SPDX-License-Identifier: GPL-3.0-or-later
#include "actions/action_registry.h"
#include "theme/theme.h"

#include <QFontInfo>

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace pfnscope::ui {
namespace {

TEST(Actions, NoTwoShortcutsCollide) {
    std::map<QString, QString> owner;
    for (const ActionSpec& spec : actionList()) {
        for (const QKeySequence& key : ActionRegistry::keys(spec)) {
            const QString text = key.toString();
            EXPECT_FALSE(text.isEmpty()) << spec.name << ": not a key: " << spec.keys;
            EXPECT_FALSE(owner.contains(text)) << spec.name << " and " << owner[text].toStdString() << ": " << text.toStdString();
            owner[text] = QString::fromUtf8(spec.name);
        }
    }
    for (const PaneKeys& pane : paneKeyList()) {
        for (const QString& key : QString::fromUtf8(pane.keys).split(u' '))
            EXPECT_FALSE(owner.contains(QKeySequence(key).toString())) << pane.pane << ": " << key.toStdString();
    }
}

TEST(Actions, KeysOfTheDesktopAreLeftAlone) {
    for (const ActionSpec& spec : actionList()) {
        for (const QKeySequence& key : ActionRegistry::keys(spec)) {
            for (const char* taken : {"Alt+F7", "Alt+F8", "Alt+F9", "Alt+F10", "Shift+F10"})
                EXPECT_NE(key, QKeySequence(QString::fromLatin1(taken))) << spec.name;
        }
    }
}

TEST(Actions, NamesAreUniqueAndEveryActionExplainsItself) {
    std::set<std::string> names;
    for (const ActionSpec& spec : actionList()) {
        EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
        EXPECT_FALSE(std::string(spec.help).empty()) << spec.name;
    }
}

TEST(Theme, TextIsReadableOnEveryRole) {
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print}) {
        const Theme theme(kind);
        for (const view::Role role : view::kAllRoles)
            EXPECT_GE(contrast(theme.ink(role).text, theme.ink(role).fill), 4.5) << name(kind).toStdString() << ' ' << view::name(role);
        for (const view::Mark mark : {view::Mark::Added, view::Mark::Removed, view::Mark::Changed})
            EXPECT_GE(contrast(theme.change(mark), theme.background()), 4.5) << name(kind).toStdString() << ' ' << view::letter(mark);
        EXPECT_GE(contrast(theme.text(), theme.panel()), 4.5);
        EXPECT_GE(contrast(theme.faintText(), theme.panel()), 4.5);
    }
}

TEST(Theme, NoTwoRolesShareHueAndPattern) {
    const Theme theme(ThemeKind::Light);
    std::set<std::tuple<QRgb, int, char16_t>> looks;
    for (const view::Role role : view::kAllRoles) {
        const Ink ink = theme.ink(role);
        EXPECT_TRUE(looks.insert({ink.fill.rgb(), int(ink.pattern), ink.letter.unicode()}).second) << view::name(role);
    }
}

TEST(Theme, NamesAreReadBack) {
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print})
        EXPECT_EQ(themeKindFromName(name(kind)), kind);
}

TEST(Fonts, TheBundledMonospacedFontIsInUse) {
    EXPECT_EQ(QFontInfo(monoFont(13)).family(), QStringLiteral("DejaVu Sans Mono"));
    EXPECT_TRUE(QFontInfo(monoFont(13)).fixedPitch());
}

} // namespace
} // namespace pfnscope::ui
