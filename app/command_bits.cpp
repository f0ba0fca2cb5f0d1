// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "render/bits.h"
#include "view/entry_words.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>

namespace pfnscope::app {
namespace {

struct BitsArguments {
    std::string name;
    std::string format = "text";
    std::string folder;
};

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

/// "PDE that maps a 2-MByte page" as the name of a file.
std::string fileName(const hw::EntryFormat& format, const std::string& ending) {
    std::string name = lower(format.name());
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0)
            c = '-';
    return name + ending;
}

std::string drawn(const hw::EntryFormat& format, const std::string& as) {
    if (as == "svg")
        return render::renderBitsSvg(format);
    return as == "mermaid" ? render::renderBitsMermaid(format) : render::renderBitsText(format);
}

void printBits(const BitsArguments& arguments, Context& context) {
    std::vector<hw::EntryFormat> formats = view::entryFormats(hw::kFiveLevels);
    std::erase_if(formats, [&](const hw::EntryFormat& each) {
        return lower(each.name()).find(lower(arguments.name)) == std::string::npos;
    });
    if (formats.empty())
        return context.bad(
            {ErrorKind::UnknownName, {}, arguments.name, "a part of a name that `pfnscope bits` prints"});
    if (!arguments.folder.empty()) {
        const std::string ending = arguments.format == "svg"       ? ".svg"
                                   : arguments.format == "mermaid" ? ".mmd"
                                                                   : ".txt";
        std::error_code problem;
        std::filesystem::create_directories(arguments.folder, problem);
        for (const hw::EntryFormat& each : formats)
            writeOutput(drawn(each, arguments.format),
                        (std::filesystem::path(arguments.folder) / fileName(each, ending)).string(), context);
        return;
    }
    if (arguments.format == "svg" && formats.size() > 1)
        return context.bad(
            {ErrorKind::Limit, {}, "several SVG pictures on standard output", "a NAME, or -o FOLDER"});
    for (std::size_t i = 0; i < formats.size(); ++i)
        context.out << (i == 0 ? "" : "\n") << drawn(formats[i], arguments.format);
}

} // namespace

void addBitsCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<BitsArguments>();
    CLI::App* command =
        program.add_subcommand("bits", "The bits of every entry format, as the manuals draw them");
    command->add_option("NAME", arguments->name,
                        "Only formats whose name holds this, for instance \"2-MByte\"");
    command->add_option("--format", arguments->format, "text, svg, or mermaid (a packet diagram)")
        ->check(CLI::IsMember({"text", "svg", "mermaid"}));
    command->add_option("-o,--output", arguments->folder, "A folder that gets a file a format")
        ->type_name("FOLDER");
    command->callback([arguments, &context] { printBits(*arguments, context); });
}

} // namespace pfnscope::app
