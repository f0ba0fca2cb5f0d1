// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/kernel_record.h"

#include "base/numbers.h"

#include <array>

namespace pfnscope::scenario {
namespace {

VirtAddr address(const JsonCursor& at, const char* key) {
    return VirtAddr(at.hex(key));
}

/// "P|RW|US|A|D": the names that the records give to bits, in entries that lead to a table.
Word tableFlags(const JsonCursor& text) {
    struct Name {
        std::string_view name;
        unsigned bit;
    };
    static constexpr std::array<Name, 12> kNames{{{"P", 0},
                                                  {"RW", 1},
                                                  {"US", 2},
                                                  {"PWT", 3},
                                                  {"PCD", 4},
                                                  {"A", 5},
                                                  {"D", 6},
                                                  {"PSE", 7},
                                                  {"PAT", 7},
                                                  {"G", 8},
                                                  {"SPEC", 9},
                                                  {"NX", 63}}};
    const std::string all = text.text();
    Word flags = 0;
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = std::min(all.find('|', at), all.size());
        const std::string_view one = std::string_view(all).substr(at, end - at);
        const auto* found =
            std::find_if(kNames.begin(), kNames.end(), [&](const Name& n) { return n.name == one; });
        if (found == kNames.end())
            text.complain(ErrorKind::UnknownName, std::string(one), "names of bits joined by |");
        else
            flags |= Word{1} << found->bit;
        at = end + 1;
    }
    return flags;
}

/// Counts down when it starts with a minus.
Word stepOfRun(const JsonCursor& cursor) {
    const std::string text = cursor.text();
    if (!text.empty() && text.front() == '-')
        if (const auto number = parseBareHex(std::string_view(text).substr(1)))
            return Word{0} - *number;
    return cursor.hex();
}

PteTableDump readPteTable(const JsonCursor& entry) {
    PteTableDump table{entry.text("pte_table"), tableFlags(entry.member("val_flags")), {}};
    const JsonCursor runs = entry.member("runs");
    runs.forEach([&](const JsonCursor& run) {
        const std::int64_t first = run.element(0).integer();
        const std::int64_t count = run.element(1).integer();
        if (first < 0 || count < 1 || first + count > kWordsPerFrame)
            return run.complain(ErrorKind::OutOfRange, std::to_string(first) + ", " + std::to_string(count),
                                "a run inside 512 entries");
        table.runs.push_back({static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(count),
                              run.element(2).hex(), stepOfRun(run.element(3))});
    });
    return table;
}

PmdTableDump readPmdTable(const JsonCursor& entry) {
    PmdTableDump table{entry.text("pmd_table"), tableFlags(entry.member("val_flags")), {}, {}};
    const JsonCursor deposit = entry.member("deposit");
    deposit.forEach([&](const JsonCursor& name) { table.deposits.push_back(name.text()); });
    const JsonCursor pmds = entry.member("pmd");
    pmds.forEach([&](const JsonCursor& pmd) {
        PmdEntryDump& one = table.entries.emplace_back();
        one.at = address(pmd, "va");
        if (pmd.has("leaf"))
            one.leaf = pmd.hex("leaf");
        else
            one.table = readPteTable(pmd);
    });
    return table;
}

PgdEntryDump readPgd(const JsonCursor& entry) {
    PgdEntryDump pgd{address(entry, "va"),
                     {entry.text("pud_table"), tableFlags(entry.member("val_flags")), {}}};
    const JsonCursor puds = entry.member("pud");
    puds.forEach([&](const JsonCursor& pud) {
        PudEntryDump& one = pgd.table.entries.emplace_back();
        one.at = address(pud, "va");
        if (pud.has("leaf"))
            one.leaf = pud.hex("leaf");
        else
            one.table = readPmdTable(pud);
    });
    return pgd;
}

MmDump readDump(const JsonCursor& mm) {
    MmDump dump;
    dump.pgt = mm.integer("pgt");
    if (mm.has("rss")) {
        const JsonCursor rss = mm.member("rss");
        dump.rss = RssDump{rss.integer("file"), rss.integer("anon"), rss.integer("shmem")};
    }
    const JsonCursor vmas = mm.member("vmas");
    vmas.forEach([&](const JsonCursor& vma) {
        dump.vmas.push_back({{address(vma, "start"), address(vma, "end")},
                             vma.hex("flags"),
                             vma.hex("prot"),
                             vma.hex("pgoff")});
    });
    const JsonCursor pgds = mm.member("pgd");
    pgds.forEach([&](const JsonCursor& pgd) { dump.entries.push_back(readPgd(pgd)); });
    return dump;
}

TableCounts readCounts(const JsonCursor& n) {
    return {n.integer("huge_pud"), n.integer("huge_pmd"), n.integer("pte_tables"),
            n.integer("ptes"),     n.integer("deposits"), n.integer("table_pages")};
}

std::optional<RecordedMm> readMm(const JsonCursor& step, const char* key, const char* counts,
                                 const char* vmPte) {
    if (!step.has(key))
        return std::nullopt;
    RecordedMm found;
    const JsonCursor mm = step.member(key);
    if (mm.isText()) {
        found.unchanged = true;
        if (mm.text() != "=")
            mm.complain(ErrorKind::OutOfRange, mm.text(), "\"=\" or a dump");
    } else {
        found.dump = readDump(mm);
    }
    if (step.has(counts)) {
        const JsonCursor n = step.member(counts);
        found.counts = readCounts(n);
    }
    if (step.has(vmPte))
        found.vmPte = step.integer(vmPte);
    return found;
}

RecordedAnswer readAnswer(const JsonCursor& step, const JsonCursor& args) {
    RecordedAnswer answer;
    if (step.has("ret")) {
        const JsonCursor ret = step.member("ret");
        if (ret.isText())
            answer.address = VirtAddr(ret.hex());
        else
            answer.ret = ret.integer();
    }
    if (step.has("errno"))
        answer.error = step.text("errno");
    if (step.has("signal")) {
        RecordedSignal& signal = answer.signal.emplace();
        const JsonCursor name = step.member("signal");
        if (!name.isNull()) {
            signal.name = name.text();
            signal.code = static_cast<int>(step.integerOr("si_code", 0));
            signal.address = VirtAddr(step.hexOr("si_addr", 0));
        }
    }
    if (step.has("value"))
        answer.value = step.hex("value");
    if (step.has("exit"))
        answer.exit = step.integer("exit");
    if (step.has("killed_by")) {
        const JsonCursor by = step.member("killed_by");
        answer.killedBy = by.isText() ? by.text() : std::to_string(by.integer());
    }
    if (step.has("child_status"))
        answer.childStatus = step.text("child_status");
    if (args.has("remap_ret"))
        answer.remapReturn = args.integer("remap_ret");
    if (args.has("fail_left"))
        answer.failuresLeft = static_cast<std::uint32_t>(args.integer("fail_left"));
    return answer;
}

mm::HandlerCalls readHandlerCalls(const JsonCursor& step) {
    if (!step.has("handler_calls"))
        return {};
    const JsonCursor calls = step.member("handler_calls");
    const auto number = [&](const char* key) { return static_cast<std::uint32_t>(calls.integerOr(key, 0)); };
    return {number("pte"), number("pmd"), number("pud"), number("fallback"), number("sigbus")};
}

RecordedStep readStep(const JsonCursor& line) {
    RecordedStep step;
    step.sequence = line.text("seq");
    step.number = static_cast<std::uint64_t>(line.integer("step"));
    step.op = line.text("op");
    const JsonCursor args = line.member("args");
    RecordedOperation operation = readOperation(step.op, args, step.number);
    step.actor = operation.actor;
    step.action = std::move(operation.action);
    step.answer = readAnswer(line, args);
    step.handlerCalls = readHandlerCalls(line);
    step.basePgtablesBytes = line.integerOr("base_pgtables_bytes", 0);
    if (args.has("warnings_armed")) {
        const JsonCursor armed = args.member("warnings_armed");
        step.warningsArmed = armed.boolean();
    }
    if (args.has("debug_vm")) {
        const JsonCursor debugVm = args.member("debug_vm");
        step.debugVm = debugVm.boolean();
    }
    step.mm = readMm(line, "mm", "n", "VmPTE_kB");
    step.childMm = readMm(line, "child_mm", "child_n", "child_VmPTE_kB");
    return step;
}

/// "pgtable_trans_huge_withdraw+0x42" without the offset; of "WARNING: at mm/memory.c:2702 f+0x7b2/0x850"
/// the last word.
std::string functionIn(std::string_view text) {
    text = text.substr(0, text.rfind('+'));
    const std::size_t blank = text.rfind(' ');
    return std::string(blank == std::string_view::npos ? text : text.substr(blank + 1));
}

RecordedOops readOops(const JsonCursor& cursor) {
    RecordedOops oops;
    oops.what = cursor.text("what");
    if (cursor.has("rip"))
        oops.function = functionIn(cursor.text("rip"));
    else if (oops.what.find("+0x") != std::string::npos)
        oops.function = functionIn(oops.what);
    if (cursor.has("trace")) {
        const JsonCursor trace = cursor.member("trace");
        trace.forEach([&](const JsonCursor& caller) { oops.trace.push_back(caller.text()); });
    }
    return oops;
}

std::optional<RecordedDeath> readDeath(const JsonCursor& line, const char* key) {
    if (!line.has(key))
        return std::nullopt;
    const JsonCursor cursor = line.member(key);
    RecordedDeath death;
    death.number = static_cast<std::uint64_t>(cursor.integer("step"));
    death.op = cursor.text("op");
    const JsonCursor args = cursor.member("args");
    RecordedOperation operation = readOperation(death.op, args, death.number);
    death.actor = operation.actor;
    death.action = std::move(operation.action);
    return death;
}

RecordedEnd readEnd(const JsonCursor& line) {
    RecordedEnd end;
    end.sequence = line.text("seq");
    end.worker = line.has("worker") ? line.text("worker") : "";
    const JsonCursor verdict = line.member("verdict");
    end.verdict = verdict.text();
    static constexpr std::array kVerdicts{"clean", "warn", "oops", "hung", "nonzero_pgtables"};
    if (std::find(kVerdicts.begin(), kVerdicts.end(), end.verdict) == kVerdicts.end())
        verdict.complain(ErrorKind::OutOfRange, end.verdict, "clean, warn, oops, hung or nonzero_pgtables");
    if (line.has("oops")) {
        const JsonCursor oopses = line.member("oops");
        oopses.forEach([&](const JsonCursor& oops) { end.oopses.push_back(readOops(oops)); });
    }
    end.diedIn = readDeath(line, "died_in");
    end.childDiedIn = readDeath(line, "child_died_in");
    return end;
}

} // namespace

Result<KernelRecord> KernelRecord::open(const std::string& path) {
    Result<JsonLines> lines = JsonLines::open(path);
    if (!lines)
        return fail(lines.error());
    return KernelRecord(std::move(*lines));
}

Result<void> KernelRecord::checkOrder(const JsonCursor::Context& context, const std::string& sequence,
                                      bool starts, bool ends) {
    const Place place{context.file, context.line.number, 1};
    if (open_.empty() && !starts)
        return fail({ErrorKind::Syntax, place, sequence, "op \"start\", the first step of a sequence"});
    if (!open_.empty() && (starts || sequence != open_))
        return fail({ErrorKind::Syntax, place, sequence, "the end line of sequence " + open_});
    open_ = ends ? std::string() : sequence;
    return {};
}

Result<std::optional<RecordedLine>> KernelRecord::next() {
    const Result<bool> more = lines_.next(line_);
    if (!more)
        return fail(more.error());
    if (!*more) {
        if (!open_.empty())
            return fail({ErrorKind::Syntax,
                         {lines_.path(), line_.number + 1, 1},
                         "end of file",
                         "the end line of sequence " + open_});
        return std::optional<RecordedLine>();
    }
    JsonCursor::Context context{lines_.path(), line_, {}};
    const JsonCursor line(context);
    const bool ends = line.has("end");
    RecordedLine read = ends ? RecordedLine(readEnd(line)) : RecordedLine(readStep(line));
    if (context.error)
        return fail(*context.error);
    const auto* step = std::get_if<RecordedStep>(&read);
    const std::string& sequence = ends ? std::get<RecordedEnd>(read).sequence : step->sequence;
    if (const auto inOrder = checkOrder(context, sequence, !ends && step->op == "start", ends); !inOrder)
        return fail(inOrder.error());
    return std::optional<RecordedLine>(std::move(read));
}

} // namespace pfnscope::scenario
