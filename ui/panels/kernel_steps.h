// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <map>
#include <optional>
#include <string_view>

namespace pfnscope::ui {

/// What a kernel function does, in our own words, and where it stands in the kernel's source.
struct KernelStep {
    QString file; ///< "mm/huge_memory.c"
    QString text;
};

/// assets/kernel_steps.yaml, read once.
class KernelSteps {
public:
    static KernelSteps load();
    const KernelStep* find(std::string_view function) const;
    std::size_t size() const { return steps_.size(); }

private:
    std::map<std::string, KernelStep, std::less<>> steps_;
};

} // namespace pfnscope::ui
