// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pictures.h"

namespace pfnscope::app {
namespace {

Error withoutQt(std::string format) {
    return {ErrorKind::Unsupported,
            {},
            std::move(format) + ", which Qt draws, from a program built without the window",
            "another format, or a build with PFNSCOPE_WITH_UI=ON"};
}

} // namespace

Result<std::vector<PngPiece>> drawPng(const view::Diagram&, const PngRequest&) {
    return fail(withoutQt("png"));
}

Result<std::string> drawPdf(const std::vector<view::Diagram>&) {
    return fail(withoutQt("pdf"));
}

} // namespace pfnscope::app
