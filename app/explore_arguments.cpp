// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explore_arguments.h"

#include "base/atomic_file.h"
#include "base/numbers.h"
#include "option/catalogue.h"
#include "option/option_yaml.h"
#include "scenario/writer.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <filesystem>
#include <ostream>

namespace pfnscope::app {
namespace {

CLI::Validator isSize() {
    return CLI::Validator(
        [](const std::string& text) {
            return parseNumber(text) ? std::string()
                                     : fmt::format("'{}' is no size such as 512M or 2G", text);
        },
        "SIZE");
}

/// A name of the catalogue, else a file that holds one option.
Result<option::Option> optionNamed(const option::Catalogue& catalogue, const std::string& name) {
    const auto found = catalogue.find(name);
    if (found)
        return **found;
    if (!std::filesystem::exists(name))
        return fail(found.error());
    const auto document = yaml::Document::load(name);
    if (!document)
        return fail(document.error());
    return option::readOption(document->root(), catalogue);
}

} // namespace

void addSearchArguments(CLI::App& command, SearchArguments& arguments) {
    command.add_option("--depth", arguments.depth, "The longest sequence to try")
        ->capture_default_str()
        ->check(CLI::Range(1U, 64U));
    command.add_option("--alphabet", arguments.alphabet, "A file with the operations to choose from");
    command.add_option("--memory", arguments.memory, "Stop before the search takes more")
        ->capture_default_str()
        ->check(isSize());
    command.add_option("--threads", arguments.threads, "How many; 0: one a core")->capture_default_str();
    command.add_flag("--progress", arguments.progress, "Say on stderr how far the search is");
}

Result<explore::Alphabet> alphabetOf(const SearchArguments& arguments) {
    if (arguments.alphabet.empty())
        return explore::defaultAlphabet();
    const auto text = readFile(arguments.alphabet);
    if (!text)
        return fail(text.error());
    return explore::parseAlphabet(*text, arguments.alphabet);
}

explore::SearchOptions limitsOf(const SearchArguments& arguments, std::ostream& err) {
    explore::SearchOptions limits;
    limits.depth = arguments.depth;
    limits.threads = arguments.threads;
    limits.memory = Bytes(parseNumber(arguments.memory).value_or(limits.memory.raw()));
    if (arguments.progress)
        limits.progress = [&err](const explore::SearchProgress& now) {
            fmt::print(err, "\rdepth {}, {} states, {:.0f} states/s, {} MiB  ", now.depth, now.states,
                       now.statesPerSecond, now.memory.raw() >> 20);
            err.flush();
        };
    return limits;
}

Result<std::vector<option::Option>> optionsNamed(const std::vector<std::string>& names) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    if (names.empty())
        return catalogue.options();
    std::vector<option::Option> options;
    for (const std::string& name : names) {
        auto option = optionNamed(catalogue, name);
        if (!option)
            return fail(option.error());
        options.push_back(std::move(*option));
    }
    return options;
}

Result<void> saveCounterexamples(const explore::Exploration& exploration, const explore::Question& question,
                                 const std::string& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code)
        return fail({ErrorKind::CannotWrite, {folder}, code.message(), "a folder that may be made"});
    for (const explore::Counterexample& example : exploration.counterexamples) {
        const auto path = std::filesystem::path(folder) /
                          fmt::format("{}-{}.yaml", exploration.option, check::name(example.kind));
        if (auto written =
                writeFileAtomically(path, scenario::toYaml(explore::scenarioOf(example, question)));
            !written)
            return written;
    }
    return {};
}

} // namespace pfnscope::app
