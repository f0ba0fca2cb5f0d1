// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/fonts.h"
#include "view/diagram.h"

#include <QColor>
#include <QString>

/// How things look. A theme is a value that painters take as an argument, so that an export can be in print
/// colours while the screen is dark.
namespace pfnscope::ui {

enum class ThemeKind { Light, Dark, Print };

/// "light", "dark", "print": as settings and the command line write them.
QString name(ThemeKind kind);
/// Empty text or an unknown name gives Light.
ThemeKind themeKindFromName(const QString& name);

/// The colours of a role, with what tells it apart where there is no colour: hue alone says nothing to one man in
/// twelve, nor to a printer.
struct Ink {
    QColor fill;
    QColor line;
    QColor text;
    Qt::BrushStyle pattern = Qt::SolidPattern; ///< drawn over the fill in the line's colour unless solid
    QChar letter; ///< printed in the legend and in chips
};

class Theme {
public:
    explicit Theme(ThemeKind kind = ThemeKind::Light);

    ThemeKind kind() const { return kind_; }
    Ink ink(view::Role role) const;
    Ink ghostInk() const; ///< of what was freed in this step
    QColor change(view::Mark mark) const;
    QColor selection() const;
    QColor background() const; ///< of the canvas
    QColor panel() const;      ///< of the window
    QColor text() const;
    QColor faintText() const; ///< still 4.5:1 on the background
    QColor grid() const;
    /// One line a column of options, told apart by hue and by dash.
    QColor series(int index) const;
    Qt::PenStyle seriesDash(int index) const;

private:
    ThemeKind kind_;
};

/// The ratio of WCAG 2, 1 to 21.
double contrast(const QColor& one, const QColor& other);

} // namespace pfnscope::ui
