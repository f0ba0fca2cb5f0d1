// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/picture_output.h"
#include "base/atomic_file.h"
#include "base/numbers.h"
#include "dump/dump_machine.h"
#include "hw/x86_64.h"
#include "view/entry_words.h"
#include "view/make_diagram.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>

namespace pfnscope::app {
namespace {

using Json = nlohmann::ordered_json;
using dump::PageDump;

struct DumpArguments {
    std::string file;
    std::string as;
    std::string root;
    std::string base = "0";
    unsigned levels = 4;
    std::string at;
    std::string within;
    std::string picture;
    bool json = false;
    ExportRequest request;
    std::string output;
};

Result<std::uint64_t> numberIn(const std::string& text, std::string_view expected) {
    if (const auto number = parseNumber(text))
        return *number;
    return fail({ErrorKind::WrongType, {}, text, std::string(expected)});
}

/// "0x7f0000000000+4M"
Result<VirtRange> rangeIn(const std::string& text) {
    const std::size_t plus = text.find('+');
    const auto start = parseNumber(text.substr(0, plus));
    const auto size = plus == text.npos ? std::nullopt : parseNumber(text.substr(plus + 1));
    if (!start || !size || *size == 0 || *start + (*size - 1) < *start)
        return fail({ErrorKind::WrongType, {}, text, "a range as 0x7f0000000000+4M"});
    return VirtRange{VirtAddr(*start), VirtAddr(*start + *size)};
}

Result<dump::Format> formatOf(const DumpArguments& arguments, std::string_view content) {
    for (const dump::FormatName& name : dump::formatNames())
        if (name.name == arguments.as)
            return name.format;
    if (!arguments.root.empty())
        return dump::Format::MemoryImage;
    if (!arguments.at.empty())
        return dump::Format::Pagemap;
    if (const auto found = dump::recognize(content))
        return *found;
    return fail({ErrorKind::Syntax,
                 {arguments.file},
                 "no format that is known",
                 "--as FORMAT; --root CR3 for an image of memory, --at ADDRESS for pagemap"});
}

Result<PageDump> readImage(const DumpArguments& arguments) {
    const auto root = numberIn(arguments.root, "--root, what CR3 held");
    const auto base = numberIn(arguments.base, "--base, the physical address of the image's first byte");
    if (!root || !base)
        return fail((root ? base : root).error());
    return dump::readMemoryImage(arguments.file, {PhysAddr(*root & hw::x86_64::kAddress), PhysAddr(*base),
                                                  arguments.levels == 5 ? hw::kFiveLevels : hw::kFourLevels});
}

Result<PageDump> readPagemap(const DumpArguments& arguments, std::string_view bytes) {
    const auto at = numberIn(arguments.at, "--at, the address of the first page");
    if (!at)
        return fail(at.error());
    return dump::readPagemap(bytes, VirtAddr(*at));
}

Result<PageDump> readDump(const DumpArguments& arguments) {
    const bool isImage = !arguments.root.empty() || arguments.as == "memory-image";
    if (isImage)
        return readImage(arguments);
    const auto content = readFile(arguments.file);
    if (!content)
        return fail(content.error());
    const auto format = formatOf(arguments, *content);
    if (!format)
        return fail(format.error());
    auto dump = *format == dump::Format::Pagemap ? readPagemap(arguments, *content)
                                                 : dump::readLines(*content, *format);
    if (!dump)
        dump.error().place.file = arguments.file;
    return dump;
}

bool tellsFrames(const dump::DumpedRun& run) {
    return run.step != 0 || (run.word & hw::x86_64::kAddress) != 0;
}

std::string contentText(const dump::DumpedRun& run, const hw::Geometry& geometry) {
    if (view::meaningOf(run.word, run.level, geometry) != view::EntryMeaning::Leaf)
        return fmt::format("not a page, {}", toHex(run.word));
    const std::string flags = view::flagsOf(run.word, run.level, geometry);
    if (!tellsFrames(run))
        return flags;
    const Pfn frame = hw::x86_64::addressIn(run.word, geometry.depth(run.level), geometry).frame();
    return fmt::format("{} pfn {}", flags, toHex(frame.raw()));
}

void printSkipped(const PageDump& dump, std::ostream& out) {
    constexpr std::size_t kMost = 20;
    if (!dump.skipped.empty())
        fmt::print(out, "{} of {} lines passed over:\n", dump.skipped.size(), dump.lines);
    for (std::size_t i = 0; i < std::min(kMost, dump.skipped.size()); ++i)
        fmt::print(out, "  line {} {}: {}\n", dump.skipped[i].number, words(dump.skipped[i].why),
                   dump.skipped[i].text);
    if (dump.skipped.size() > kMost)
        fmt::print(out, "  and {} more (--json has them all)\n", dump.skipped.size() - kMost);
}

void printList(const PageDump& dump, std::ostream& out) {
    fmt::print(out, "{}: {} ranges", nameOf(dump.format).name, dump.runs.size());
    if (const auto lacks = nameOf(dump.format).lacks; !lacks.empty())
        fmt::print(out, "; it does not tell {}", lacks);
    out << '\n';
    if (dump.sharedTables != 0)
        fmt::print(out, "{} tables are referenced more than once, and listed once\n", dump.sharedTables);
    for (const dump::DumpedRun& run : dump.runs) {
        const VirtRange range = run.range(dump.geometry);
        fmt::print(out, "  {:#018x}-{:#018x} {:>7} x {:<2} {}\n", range.start.raw(), range.end.raw(),
                   run.count, toText(dump.geometry.entrySpan(run.level)), contentText(run, dump.geometry));
    }
    printSkipped(dump, out);
}

Json toJson(const PageDump& dump, const std::string& file) {
    Json runs = Json::array();
    for (const dump::DumpedRun& run : dump.runs) {
        const VirtRange range = run.range(dump.geometry);
        Json each{{"start", toText(range.start)},   {"end", toText(range.end)},
                  {"level", kernelName(run.level)}, {"count", run.count},
                  {"word", toHex(run.word)},        {"step", toHex(run.step)}};
        if (run.line != 0)
            each["line"] = run.line;
        runs.push_back(std::move(each));
    }
    Json tables = Json::array();
    for (const dump::DumpedTable& table : dump.tables)
        tables.push_back({{"level", kernelName(table.level)},
                          {"base", toText(table.base)},
                          {"pfn", toHex(table.frame.raw())}});
    Json skipped = Json::array();
    for (const dump::SkippedLine& line : dump.skipped)
        skipped.push_back({{"line", line.number}, {"why", words(line.why)}, {"text", line.text}});
    return {{"file", file},
            {"format", nameOf(dump.format).name},
            {"lacks", nameOf(dump.format).lacks},
            {"lines", dump.lines},
            {"runs", std::move(runs)},
            {"tables", std::move(tables)},
            {"skipped", std::move(skipped)}};
}

void drawDump(const PageDump& dump, const DumpArguments& arguments, Context& context) {
    const std::string name = std::filesystem::path(arguments.file).filename().string();
    const auto machine = machineOf(dump, name);
    if (!machine)
        return context.bad(machine.error());
    view::ViewOptions options;
    options.stamp.scenario = fmt::format("{} ({})", name, nameOf(dump.format).name);
    options.stamp.version = PFNSCOPE_VERSION;
    options.stamp.hash = render::stampHash((*machine)->state());
    const view::Diagram diagram =
        makeDiagram(view::snapshotGraph((*machine)->state()), nullptr, options, layoutOf(arguments.request));
    const auto files = exportDiagram(diagram, arguments.request);
    if (!files)
        return context.bad(files.error());
    writeFiles(*files, arguments.output, context);
    printSkipped(dump, context.err);
}

void showDump(const DumpArguments& arguments, Context& context) {
    auto dump = readDump(arguments);
    if (!dump)
        return context.bad(dump.error());
    if (!arguments.within.empty()) {
        const auto range = rangeIn(arguments.within);
        if (!range)
            return context.bad(range.error());
        *dump = within(*dump, *range);
    }
    if (!arguments.picture.empty())
        return drawDump(*dump, arguments, context);
    if (arguments.json)
        context.out << toJson(*dump, arguments.file).dump(1, ' ', false, Json::error_handler_t::replace)
                    << '\n';
    else
        printList(*dump, context.out);
}

} // namespace

void addDumpCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<DumpArguments>();
    CLI::App* command = program.add_subcommand(
        "dump", "The page tables of a running system, out of what another program printed of them");
    command->add_option("FILE", arguments->file, "What was printed, or an image of memory")->required();
    std::vector<std::string> known;
    for (const dump::FormatName& name : dump::formatNames())
        known.emplace_back(name.name);
    command
        ->add_option("--as", arguments->as,
                     "What it is: " + fmt::format("{}", fmt::join(known, ", ")) +
                         ";\nwithout it, it is guessed")
        ->type_name("FORMAT")
        ->check(CLI::IsMember(known).description(""));
    command->add_option("--root", arguments->root, "Of memory-image: what CR3 held")->type_name("CR3");
    command->add_option("--base", arguments->base, "Of memory-image: the physical address of its first byte")
        ->type_name("ADDRESS");
    command->add_option("--levels", arguments->levels, "Of memory-image: 4 or 5")->check(CLI::Range(4, 5));
    command->add_option("--at", arguments->at, "Of pagemap: the address of its first page")
        ->type_name("ADDRESS");
    command->add_option("--within", arguments->within, "Only what lies there, for instance 0x7f0000000000+4M")
        ->type_name("START+SIZE");
    command->add_flag("--json", arguments->json, "For programs");
    auto* format = command->add_option_function<std::string>(
        "--format",
        [arguments](const std::string& name) {
            arguments->picture = name;
            arguments->request.format = formatNames().at(name);
        },
        "Draw it: text, unicode, svg, png, pdf, dot, mermaid, json");
    format->check(CLI::IsMember(diagramFormats()).description(""));
    addPictureOptions(*command, arguments->request);
    command->add_option("-o,--output", arguments->output, "The file to draw into")->type_name("FILE");
    command->callback([arguments, &context] { showDump(*arguments, context); });
}

} // namespace pfnscope::app
