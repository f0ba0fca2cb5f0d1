// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/style.h"

#include <QApplication>
#include <QStyleFactory>

namespace pfnscope::ui {

QPalette paletteOf(const Theme& theme) {
    QPalette palette;
    palette.setColor(QPalette::Window, theme.panel());
    palette.setColor(QPalette::WindowText, theme.text());
    palette.setColor(QPalette::Base, theme.background());
    palette.setColor(QPalette::AlternateBase, theme.panel());
    palette.setColor(QPalette::Text, theme.text());
    palette.setColor(QPalette::PlaceholderText, theme.faintText());
    palette.setColor(QPalette::Button, theme.panel());
    palette.setColor(QPalette::ButtonText, theme.text());
    palette.setColor(QPalette::BrightText, theme.change(view::Mark::Removed));
    palette.setColor(QPalette::Link, theme.change(view::Mark::Added));
    palette.setColor(QPalette::Highlight, theme.ink(view::Role::TablePointer).fill);
    palette.setColor(QPalette::HighlightedText, theme.text());
    palette.setColor(QPalette::ToolTipBase, theme.panel());
    palette.setColor(QPalette::ToolTipText, theme.text());
    palette.setColor(QPalette::Light, theme.background());
    palette.setColor(QPalette::Midlight, theme.grid());
    palette.setColor(QPalette::Mid, theme.grid());
    palette.setColor(QPalette::Dark, theme.faintText());
    palette.setColor(QPalette::Shadow, theme.grid());
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, theme.faintText());
    return palette;
}

QColor seriesText(const Theme& theme, int column) {
    constexpr int kDarker = 155; // percent
    const QColor hue = theme.series(column);
    return theme.kind() == ThemeKind::Light ? hue.darker(kDarker) : hue;
}

namespace {

QString sheetOf(const Theme& theme, int pixels) {
    return QStringLiteral("QToolTip { color: %1; background: %2; border: 1px solid %3; }"
                          "QDockWidget::title { background: %4; padding: 2px 6px; }"
                          "QAbstractItemView { selection-color: %1; }"
                          "QAbstractItemView:focus, QGraphicsView:focus { border: 1px solid %5; }"
                          "QHeaderView::section { background: %2; color: %1; border: none; border-bottom: 1px solid %3;"
                          " padding: 2px 4px; }"
                          "QMainWindow QTabBar { font-size: %6px; }" // a dozen panes have to find room side by side
                          "#dropArea { border: 2px dashed %3; border-radius: 6px; }"
                          "QMainWindow::separator { background: %3; width: 3px; height: 3px; }")
        .arg(theme.text().name(), theme.panel().name(), theme.grid().name(), theme.grid().name(), theme.selection().name())
        .arg(pixels - 2);
}

} // namespace

int textPixels(Density density) {
    switch (density) {
    case Density::Compact: return 12;
    case Density::Normal: return 13;
    case Density::Presenter: return 21;
    }
    return 13;
}

void applyStyle(QApplication& application, const Theme& theme, Density density) {
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setPalette(paletteOf(theme));
    application.setFont(textFont(textPixels(density)));
    application.setStyleSheet(sheetOf(theme, textPixels(density)));
}

} // namespace pfnscope::ui
