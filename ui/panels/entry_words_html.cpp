// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/entry_words_html.h"

#include "hw/explain.h"
#include "hw/walk.h"
#include "hw/x86_64.h"
#include "machine/mmu.h"
#include "models/text.h"
#include "view/entry_words.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace pfnscope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("InspectorPane", text);
}

struct Helper {
    std::string_view field;
    const char* suffix;
    hw::Level highest; ///< higher tables have no such helper
};
// include/linux/pgtable.h and arch/x86/include/asm/pgtable.h of 6.12: p?d_<suffix>(), pte_<suffix>().
constexpr Helper kHelpers[] = {
    {"P", "present", hw::Level::Pgd},       {"R/W", "write", hw::Level::Pud},
    {"A", "young", hw::Level::Pud},         {"D", "dirty", hw::Level::Pud},
    {"PS", "leaf", hw::Level::Pud},         {"SPECIAL", "special", hw::Level::Pud},
    {"DEVMAP", "devmap", hw::Level::Pud},   {"SOFT_DIRTY", "soft_dirty", hw::Level::Pud},
    {"UFFD_WP", "uffd_wp", hw::Level::Pmd}, {"Page address", "pfn", hw::Level::Pud},
};

bool hangsInATree(const machine::PageTable* table) {
    return table && (table->state == machine::TableState::Linked || table->level == hw::Level::Pgd);
}

hw::Access userRead(const machine::State& state, const machine::PageTable& table, unsigned index) {
    hw::Access access;
    access.at = table.base + Bytes(state.geometry().entrySpan(table.level).raw() * index);
    return access;
}

} // namespace

QString kernelHelper(std::string_view field, hw::Level level) {
    for (const Helper& helper : kHelpers) {
        if (helper.field == field && level <= helper.highest)
            return QStringLiteral("%1_%2()").arg(qt(hw::kernelName(level))).arg(QLatin1String(helper.suffix));
    }
    return {};
}

QString walkAsHtml(const machine::State& state, Pfn frame, unsigned index, const Theme& theme) {
    const machine::PageTable* table = state.tableAt(frame);
    const auto mm = table ? state.mms.find(table->mm) : state.mms.end();
    if (!hangsInATree(table) || mm == state.mms.end() || state.cpus.empty())
        return tr("No walk comes here: the table hangs in no tree.");
    hw::Registers registers = machine::linuxRegisters(state.geometry(), state.cpus[0].features);
    registers.cr3 = PhysAddr(mm->second.pgd).raw();
    const hw::Access access = userRead(state, *table, index);
    const hw::CpuFeatures& features = state.cpus[0].features;
    const hw::WalkRecord record = hw::walk(state.memory, registers, features, state.geometry(), access);
    QString html = tr("<b>Why: a user read at VA %1</b>").arg(qt(toText(access.at)));
    for (const hw::WalkLevel& level : record.levels()) {
        const bool failed = level.level == record.stoppedAt && !record.ok();
        const QString colour = theme.change(failed ? view::Mark::Removed : view::Mark::Added).name();
        html += QStringLiteral("<br><span style='color:%1'><b>%2</b></span> %3 [%4] %5")
                    .arg(colour, failed ? QStringLiteral("&#10007;") : QStringLiteral("&#10003;"),
                         qt(view::upperName(level.level)))
                    .arg(level.index)
                    .arg(qt(toHex(level.entry)));
    }
    const hw::Explanation why = hw::explainResult(record, registers, features, state.geometry());
    return html + QStringLiteral("<br>%1 <i>[%2]</i>").arg(qt(why.text).toHtmlEscaped(), qt(why.section));
}

QString splitAsHtml(const machine::State& state, Pfn frame, unsigned index) {
    const machine::PageTable* table = state.tableAt(frame);
    if (!hangsInATree(table))
        return {};
    const hw::Geometry geometry = state.geometry();
    const VirtAddr at = userRead(state, *table, index).at;
    QStringList parts;
    for (unsigned depth = geometry.levels; depth >= 1; --depth) {
        const hw::Level level = geometry.levelAt(depth);
        const QString part =
            QStringLiteral("%1&nbsp;%2").arg(qt(view::upperName(level))).arg(geometry.index(at, level));
        parts << (level == table->level ? QStringLiteral("<b>%1</b>").arg(part) : part);
    }
    return tr("VA %1 = %2, offset&nbsp;%3")
        .arg(qt(toText(at)), parts.join(QStringLiteral(" | ")), qt(toHex(at.offsetIn(kPageSize).raw())));
}

/// "A page of 2M at pfn 0x200000 of a device".
static QString pageWords(const machine::State& state, Word leaf, hw::Level level) {
    const hw::Geometry geometry = state.geometry();
    const Pfn target = hw::x86_64::addressIn(leaf, geometry.depth(level), geometry).frame();
    return tr("a page of %1 at pfn %2, %3")
        .arg(qt(toText(geometry.entrySpan(level))), qt(toHex(target.raw())),
             state.config.frames.isRam(target) ? tr("RAM") : tr("a device's"));
}

/// Which CPUs would translate the address without a walk; empty: none.
static QString tlbWords(const machine::State& state, VirtAddr at) {
    QStringList holders;
    for (std::uint32_t cpu = 0; cpu < state.cpus.size(); ++cpu) {
        const hw::Tlb& tlb = state.cpus[cpu].tlb;
        const auto stale = machine::staleTranslations(state, machine::CpuId(cpu));
        bool holds = false;
        bool isStale = false;
        tlb.forEachEntry([&](hw::TlbArray array, std::uint16_t, const hw::TlbEntry& entry) {
            const bool isPage = array == hw::TlbArray::L1 || array == hw::TlbArray::SecondLevel;
            if (!isPage || !VirtRange{entry.page, entry.page + tlb.span(entry)}.contains(at))
                return;
            holds = true;
            isStale |= std::any_of(stale.begin(), stale.end(),
                                   [&](const auto& each) { return each.entry == entry; });
        });
        if (holds)
            holders << tr("CPU %1%2").arg(cpu).arg(isStale ? tr(" (stale)") : QString());
    }
    return holders.isEmpty() ? QString() : tr(" In the TLB of %1.").arg(holders.join(QStringLiteral(", ")));
}

QString neighboursAsHtml(const machine::State& state, Pfn frame, unsigned index, const Theme& theme) {
    const machine::PageTable* table = state.tableAt(frame);
    if (!table)
        return {};
    const auto link = [&theme](const char* target, const QString& text) {
        return QStringLiteral("<a style='color:%1' href='%2'>%3</a>")
            .arg(theme.change(view::Mark::Added).name(), QLatin1String(target), text);
    };
    QString html = tr("Refers to: ");
    const Word word = state.memory.read(frame, index);
    const view::EntryMeaning meaning = view::meaningOf(word, table->level, state.geometry());
    QString to = tr("nothing");
    if (word != 0 && meaning == view::EntryMeaning::Soft)
        to = tr("no frame: the hardware sees an entry that is not present");
    for (const auto& [child, record] : state.tables) {
        if (record.state == machine::TableState::Linked && record.parent == frame && record.index == index)
            to =
                link("down",
                     tr("%1 table at pfn %2").arg(qt(view::upperName(record.level)), qt(toHex(child.raw()))));
    }
    if (word != 0 && meaning == view::EntryMeaning::Leaf)
        to = pageWords(state, word, table->level);
    const QString held = hangsInATree(table) ? tlbWords(state, userRead(state, *table, index).at) : QString();
    html += to + u'.' + held + tr(" Referred to by: ");
    if (table->level == hw::Level::Pgd)
        return html + tr("CR3 of mm %1.").arg(table->mm.raw());
    if (table->state == machine::TableState::Linked)
        return html +
               link("up", tr("entry %1 of pfn %2").arg(table->index).arg(qt(toHex(table->parent.raw())))) +
               u'.';
    return html +
           (table->state == machine::TableState::Deposited ? tr("a ring of deposits.") : tr("nothing."));
}

} // namespace pfnscope::ui
