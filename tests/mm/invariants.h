// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/kernel.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What must hold after every operation, whatever was asked: kernel-facts' invariants I1 to I7, each a
/// checker with its name. They read the raw tables from the page table root down and trust no bookkeeping of
/// the model.
namespace pfnscope::mm::test {

/// The moment after one operation.
struct Moment {
    machine::Machine& machine; ///< at the end of history, and left there
    const option::Option& option;
    const KernelConfig& config;
    machine::Mark before; ///< the operation's begin
};

/// Empty: it holds.
using Complaint = std::optional<std::string>;

struct Invariant {
    std::string_view name;
    Complaint (*check)(const Moment&);
};

std::span<const Invariant> invariants();

/// Those that do not hold, each as "name: what is wrong".
std::vector<std::string> broken(const Moment& moment);

} // namespace pfnscope::mm::test
