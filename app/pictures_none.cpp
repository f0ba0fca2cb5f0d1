// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pictures.h"

namespace pfnscope::app {
namespace {

Error withoutQt(std::string format) {
    return {ErrorKind::Unsupported,
            {},
            std::move(format) + ", which Qt draws, from a program built without the window",
            "one of text, svg, dot, mermaid, html, json, csv, cast, or a build with PFNSCOPE_WITH_UI=ON"};
}

} // namespace

Result<std::string> drawPng(const view::Diagram&, double) {
    return fail(withoutQt("png"));
}

Result<std::string> drawPdf(const std::vector<view::Diagram>&) {
    return fail(withoutQt("pdf"));
}

} // namespace pfnscope::app
