// SPDX-License-Identifier: GPL-3.0-or-later
// The man page against what the program itself says of its commands and options.
#include "base/atomic_file.h"
#include "run_pfnscope.h"

#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>

using namespace pfnscope;
using pfnscope::test::runPfnscope;

namespace {

using Names = std::set<std::string>;

Names allIn(const std::string& text, const char* pattern) {
    const std::regex name(pattern);
    Names found;
    for (std::sregex_iterator each(text.begin(), text.end(), name), end; each != end; ++each)
        found.insert((*each)[1]);
    return found;
}

/// The commands' names as `--help` lists them, each at the beginning of an indented line.
Names commands() {
    const std::string help = runPfnscope({"--help"}).out;
    return allIn(help.substr(help.find("Subcommands:")), "\n  ([a-z]+) ");
}

/// Long options as --help shows them; a range of dashes in a sentence is none.
Names optionsInHelp(const std::string& command) {
    Names options = allIn(runPfnscope({command, "--help"}).out, "\n *(?:-[a-zA-Z],)?--([a-z-]+)");
    options.erase("help");
    return options;
}

/// The text of each ".SS command" without the hyphens' backslashes.
std::map<std::string, std::string> sections() {
    std::string page = readFile(PFNSCOPE_SOURCE_DIR "/app/manual/pfnscope.1").value_or("");
    page = std::regex_replace(page, std::regex(R"(\\-)"), "-");
    page = page.substr(0, page.find(".SH EXIT STATUS"));
    std::map<std::string, std::string> found;
    const std::regex heading(R"(\n\.SS ([a-z]+)[^\n]*)");
    std::string command;
    std::size_t from = 0;
    for (std::sregex_iterator each(page.begin(), page.end(), heading), end; each != end; ++each) {
        const auto at = static_cast<std::size_t>(each->position());
        if (!command.empty())
            found[command] = page.substr(from, at - from);
        command = (*each)[1];
        from = at + static_cast<std::size_t>(each->length());
    }
    found[command] = page.substr(from);
    return found;
}

TEST(ManPage, HasEveryCommandAndNoOther) {
    Names written;
    for (const auto& [command, text] : sections())
        written.insert(command);
    Names known = commands();
    known.insert("window"); // the page is the same where the program was built without it
    EXPECT_EQ(written, known);
}

TEST(ManPage, HasEveryOptionOfEachCommandAndNoOther) {
    const auto written = sections();
    for (const std::string& command : commands()) {
        ASSERT_TRUE(written.contains(command)) << command;
        EXPECT_EQ(allIn(written.at(command), "--([a-z-]+)"), optionsInHelp(command)) << command;
    }
}

} // namespace
