// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <string_view>

/// A function as it stands in the user's own copy of the kernel. The program brings no line of it along.
namespace pfnscope::ui {

struct SourceLines {
    int line = 0; ///< of the first, from 1
    QString text;
};

/// The definition of `function` in `file` below `tree`; empty: no tree, no such file, or the function is not
/// in it.
std::optional<SourceLines> kernelSource(const QString& tree, const QString& file, std::string_view function);

} // namespace pfnscope::ui
