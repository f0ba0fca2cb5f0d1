// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/record_entry.h"

#include "machine/mmu_case.h"
#include "scenario/kernel_record.h"

namespace pfnscope::fuzz {
namespace {

std::string brokenBy(const Error& error) {
    if (error.expected.empty())
        return "an error that expects nothing: " + toText(error);
    return error.place.line < 1 || error.place.column < 1 ? "an error without its place: " + toText(error)
                                                          : "";
}

/// Reads to the end, giving each value to `use`.
template <class Reader, class Use> std::string readAll(const std::string& path, Use use) {
    auto reader = Reader::open(path);
    if (!reader)
        return "a file that is there cannot be opened: " + toText(reader.error());
    for (;;) {
        const auto next = reader->next();
        if (!next)
            return brokenBy(next.error());
        if (!*next)
            return "";
        use(**next);
    }
}

} // namespace

std::string brokenMmuPromise(const std::string& path) {
    return readAll<machine::MmuCaseReader>(path, [](const machine::MmuCase& mmuCase) {
        machine::Machine machine = machine::machineOf(mmuCase);
        const machine::AccessOutcome outcome = machine::runCase(machine, mmuCase);
        machine::differences(mmuCase, outcome, machine);
    });
}

std::string brokenKernelPromise(const std::string& path) {
    return readAll<scenario::KernelRecord>(path, [](const scenario::RecordedLine&) {});
}

} // namespace pfnscope::fuzz
