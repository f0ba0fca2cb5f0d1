// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pictures.h"
#include "canvas/picture_export.h"
#include "theme/fonts.h"
#include "theme/theme.h"

#include <QGuiApplication>

#include <memory>

namespace pfnscope::app {
namespace {

/// Qt draws only while an application exists; a command line has none, and no display either.
class Application {
public:
    Application() {
        if (QGuiApplication::instance() != nullptr)
            return;
        if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
            qputenv("QT_QPA_PLATFORM", "offscreen");
        own_ = std::make_unique<QGuiApplication>(count_, arguments_);
        ui::loadFonts();
    }

private:
    char name_[9] = "pfnscope";
    char* arguments_[2] = {name_, nullptr};
    int count_ = 1;
    std::unique_ptr<QGuiApplication> own_;
};

} // namespace

Result<std::vector<PngPiece>> drawPng(const view::Diagram& diagram, const PngRequest& request) {
    const Application application;
    ui::PngOptions options;
    options.theme = ui::themeKindFromName(QString::fromStdString(request.theme));
    options.backdrop = request.transparent ? ui::Backdrop::Transparent : ui::Backdrop::Painted;
    options.scale = request.scale;
    options.mostPixels = request.mostPixels;
    std::vector<PngPiece> pieces;
    for (const ui::PngTile& tile : ui::toPng(diagram, options))
        pieces.push_back({tile.suffix, tile.bytes.toStdString()});
    return pieces;
}

Result<std::string> drawPdf(const std::vector<view::Diagram>& pages) {
    const Application application;
    return ui::toPdf(pages, ui::Theme(ui::ThemeKind::Print)).toStdString();
}

} // namespace pfnscope::app
