// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/timeline.h"
#include "view/make_diagram.h"
#include "view/table_builder.h"

/// A history with everything that a picture can hold: a PFN map of huge leaves with deposits, one of them
/// split and cut, a PTE table beside them.
namespace pfnscope::test {

inline constexpr VirtAddr kSampleAt{0x7f0000000000};
inline constexpr Pfn kSampleFrames{0x200000};

struct Sample {
    Sample() {
        remap();
        mapped = machine.position();
        munmap();
    }
    void remap() {
        const auto operation = machine.enter("mmap", {{"addr", kSampleAt}, {"len", Bytes(8U << 20)}});
        const auto call = machine.enter("remap_pfn_range", {{"pfn", kSampleFrames}});
        build.vma(machine::VmaId(1), kSampleAt, Bytes(8U << 20));
        for (unsigned i = 0; i < 2; ++i) {
            build.hugeLeaf(at(i), kSampleFrames + 512U * i);
            build.deposit(at(i));
        }
        build.pages(at(3), 200, kSampleFrames + 1536);
    }
    void munmap() {
        const auto operation =
            machine.enter("munmap", {{"addr", kSampleAt + Bytes(1U << 20)}, {"len", Bytes(4096)}});
        {
            const auto call = machine.enter("__split_huge_pmd", {{"address", kSampleAt}});
            build.split(kSampleAt);
        }
        const auto call = machine.enter("zap_pte_range");
        machine.fillEntries(build.tableFor(kSampleAt, hw::Level::Pte), {256, 1, 0, 0});
    }
    static VirtAddr at(unsigned huge) { return kSampleAt + Bytes(std::uint64_t{huge} << 21); }

    view::Diagram diagram(const view::LayoutOptions& layout = {}) {
        machine.moveTo(mapped);
        const view::TableGraph before = view::snapshotGraph(machine.state());
        machine.moveTo(machine.journal().end());
        view::ViewOptions options;
        options.stamp = {
            "split.yaml",          "C", 2, 2, "munmap(addr 0x7f0000100000, len 4K)", "0.1.0", "cafe",
            "Linux 6.12, SDM 2023"};
        options.caption = {
            "One page in the middle of the BAR goes \u2014 and the kernel must split the huge leaf."};
        return makeDiagram(view::snapshotGraph(machine.state()), &before, options, layout);
    }

    machine::Machine machine;
    TableBuilder build{machine};
    machine::Position mapped = 0;
};

} // namespace pfnscope::test
