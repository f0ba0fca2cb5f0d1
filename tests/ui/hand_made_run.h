// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/session_model.h"
#include "view/table_builder.h"

/// A Run without files and without Linux: tables made by hand under two options that part ways in step 3.
namespace pfnscope::test {

inline constexpr VirtAddr kBar{0x7f0000000000};

/// One operation of the journal, and what the step came to.
template <class Work> void operation(ui::Column& column, std::string_view name, std::size_t step, Work work) {
    const auto call = column.machine->enter(name);
    work();
    column.stepOfOperation.push_back(step);
    column.answers.emplace_back("done");
}

enum class Fate { Refilled, Dropped };

inline ui::Column handMadeColumn(const std::string& name, Fate fate) {
    using namespace literals;
    ui::Column column;
    column.option.name = name;
    column.option.title = fate == Fate::Refilled ? "deposits" : "does not deposit";
    column.machine = std::make_shared<machine::Machine>();
    TableBuilder builder(*column.machine);
    column.stepOfOperation.push_back(std::nullopt); // the builder's boot
    operation(column, "mmap", 0, [&] { builder.vma(machine::VmaId(1), kBar, 4_MiB); });
    operation(column, "remap_pfn_range", 1, [&] {
        const auto call = column.machine->enter("remap_pmd_range");
        builder.hugeLeaf(kBar, Pfn(0x200000));
        builder.hugeLeaf(kBar + 2_MiB, Pfn(0x200200));
        if (fate == Fate::Refilled) {
            const auto inner = column.machine->enter("pgtable_trans_huge_deposit");
            builder.deposit(kBar);
            builder.deposit(kBar + 2_MiB);
        }
    });
    operation(column, "munmap", 2, [&] {
        const auto call = column.machine->enter("__split_huge_pmd");
        if (fate == Fate::Refilled)
            builder.split(kBar);
        else
            builder.zap(kBar);
    });
    operation(column, "touch", 3, [] {}); // changes nothing: the TLB knows the page
    if (fate == Fate::Dropped)
        column.report.findings.push_back(
            {check::FindingKind::Lost, 3, "__split_huge_pmd", kBar, "A page that was mapped gives SIGBUS."});
    return column;
}

inline ui::Run handMadeRun(int columns = 2) {
    ui::Run run;
    run.path = QStringLiteral("hand-made.yaml");
    run.title = QStringLiteral("Made by hand");
    run.about = QStringLiteral("Two leaves, one of which is split.");
    run.steps = {{"mmap: {name: bar, size: 4M}", "Room for a BAR."},
                 {"remap_pfn_range: {at: bar, size: 4M}", "Two leaves."},
                 {"munmap: {at: bar + 1M, size: 4K}", "A split.", "What stays?", {"511 pages", "nothing"}, 0},
                 {"touch: {at: bar}", "Nothing new."}};
    run.columns.push_back(handMadeColumn("keeps", Fate::Refilled));
    if (columns > 1)
        run.columns.push_back(handMadeColumn("drops", Fate::Dropped));
    return run;
}

} // namespace pfnscope::test
