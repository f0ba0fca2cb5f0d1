// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "canvas/diagram_painter.h"

#include <QByteArray>
#include <QImage>

#include <string>
#include <vector>

/// The exports that Qt draws: PNG and PDF. The same painter as the canvas, and no window needed (a QGuiApplication is).
namespace pfnscope::ui {

enum class Backdrop { Painted, Transparent };

struct PngOptions {
    ThemeKind theme = ThemeKind::Print;
    Backdrop backdrop = Backdrop::Painted;
    double scale = 2;       ///< pixels a unit, 1 to 3
    int mostPixels = 4'096; ///< of a side: a larger picture is cut into tiles, so that memory stays bounded
};

/// A piece of a picture; one that fits is a single piece.
struct PngTile {
    std::string suffix; ///< of the file's name: "-1-2", row and column; empty: the picture is whole
    QByteArray bytes;   ///< with the stamp in its text keys
};
std::vector<PngTile> toPng(const view::Diagram& diagram, const PngOptions& options);

/// The whole picture for the clipboard, drawn smaller where a side would get longer than `mostPixels`.
QImage toImage(const view::Diagram& diagram, const PngOptions& options = {});

/// One page a diagram, each as large as it needs. The same diagrams give the same bytes.
QByteArray toPdf(const std::vector<view::Diagram>& pages, const Theme& theme);

} // namespace pfnscope::ui
