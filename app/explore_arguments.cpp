// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explore_arguments.h"

#include "base/atomic_file.h"
#include "base/numbers.h"
#include "option/catalogue.h"
#include "option/option_yaml.h"
#include "scenario/writer.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
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
    command
        .add_option("--alphabet", arguments.alphabet,
                    fmt::format("The operations to choose from: {}, or a file",
                                fmt::join(explore::shippedAlphabetNames(), ", ")))
        ->capture_default_str();
    command.add_option("--memory", arguments.memory, "Stop before the search takes more")
        ->capture_default_str()
        ->check(isSize());
    command.add_option("--threads", arguments.threads, "How many; 0: one a core")->capture_default_str();
    command.add_flag("--progress", arguments.progress, "Say on stderr how far the search is");
}

ProgressLine::~ProgressLine() {
    if (width_ > 0)
        err_ << '\n';
}

void ProgressLine::show(const std::string& text) {
    if (!isWanted_)
        return;
    fmt::print(err_, "\r{:<{}}", text, width_);
    err_.flush();
    width_ = std::max(width_, text.size());
}

ExitStatus statusOf(explore::SearchEnd end) {
    switch (end) {
    case explore::SearchEnd::MemoryReached:
    case explore::SearchEnd::RankLost:
        return ExitStatus::Incomplete;
    case explore::SearchEnd::Cancelled:
        return ExitStatus::Interrupted;
    case explore::SearchEnd::Exhausted:
    case explore::SearchEnd::DepthReached:
        break;
    }
    return ExitStatus::Done;
}

Result<explore::Alphabet> alphabetOf(const SearchArguments& arguments) {
    auto shipped = explore::shippedAlphabet(arguments.alphabet);
    if (shipped)
        return shipped;
    if (!std::filesystem::exists(arguments.alphabet))
        return fail(
            {ErrorKind::UnknownName, {}, arguments.alphabet, shipped.error().expected + ", or a file"});
    const auto text = readFile(arguments.alphabet);
    if (!text)
        return fail(text.error());
    return explore::parseAlphabet(*text, arguments.alphabet);
}

explore::SearchOptions limitsOf(const SearchArguments& arguments, std::stop_token stop) {
    explore::SearchOptions limits;
    limits.depth = arguments.depth;
    limits.threads = arguments.threads;
    limits.memory = Bytes(parseNumber(arguments.memory).value_or(limits.memory.raw()));
    limits.stop = std::move(stop);
    return limits;
}

std::string toText(const explore::SearchProgress& progress) {
    return fmt::format("depth {}, {} states, {:.0f} states/s, {} MiB", progress.depth, progress.states,
                       progress.statesPerSecond, progress.memory.raw() >> 20);
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
