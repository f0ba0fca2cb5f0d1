// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/reader.h"

#include "base/atomic_file.h"
#include "base/yaml.h"
#include "option/option_yaml.h"
#include "scenario/cpu_yaml.h"
#include "scenario/driver_yaml.h"
#include "scenario/expect_yaml.h"
#include "scenario/step_reader.h"
#include "scenario/words.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace pfnscope::scenario {
namespace {

constexpr std::size_t kMostOwnOptions = 16;

/// Calls `read` with the key's value if the key is there.
template <class Read> Result<void> whenGiven(const yaml::Keys& keys, std::string_view key, Read read) {
    const yaml::Node* node = keys.find(key);
    return node ? read(*node) : Result<void>();
}

template <class T, class From> Result<void> store(Result<From> value, T& into) {
    if (!value)
        return fail(value.error());
    into = std::move(*value);
    return {};
}

Result<void> readKernel(const yaml::Node& node, mm::KernelConfig& config) {
    auto keys = yaml::Keys::of(
        node, {"version", "arch_needs_deposit", "deposit_storage", "thp", "soft_dirty", "split_order"});
    if (!keys)
        return fail(keys.error());
    for (const auto& read :
         {whenGiven(*keys, "version",
                    [&](const auto& each) { return store(readWord(each, kKernelWords), config.version7); }),
          whenGiven(*keys, "arch_needs_deposit",
                    [&](const auto& each) { return store(each.flag(), config.archNeedsDeposit); }),
          whenGiven(*keys, "deposit_storage",
                    [&](const auto& each) {
                        return store(readWord(each, kDepositStorageWords), config.depositStorage);
                    }),
          whenGiven(*keys, "thp",
                    [&](const auto& each) { return store(each.flag(), config.transparentHugepage); }),
          whenGiven(*keys, "soft_dirty",
                    [&](const auto& each) { return store(each.flag(), config.softDirty); }),
          whenGiven(*keys, "split_order", [&](const auto& each) {
              return store(readWord(each, kSplitOrderWords), config.splitOrder);
          })})
        if (!read)
            return read;
    return {};
}

Result<void> readOptions(const yaml::Node& node, option::Catalogue& known,
                         std::vector<option::Option>& into) {
    if (!node.isList())
        return fail(node.wrongType("a list of options"));
    for (const yaml::Node& item : node.items()) {
        if (into.size() == kMostOwnOptions)
            return fail(item.error(ErrorKind::Limit, fmt::format("option {}", into.size() + 1),
                                   fmt::format("at most {} options", kMostOwnOptions)));
        auto option = option::readOption(item, known);
        if (!option)
            return fail(option.error());
        if (auto added = known.add(*option); !added) {
            added.error().place = item.place();
            return fail(added.error());
        }
        into.push_back(std::move(*option));
    }
    return {};
}

Result<void> readHead(const yaml::Keys& keys, Scenario& scenario) {
    std::uint8_t levels = scenario.geometry.levels;
    for (const auto& read :
         {whenGiven(keys, "title",
                    [&](const auto& each) { return store(each.text("a title"), scenario.title); }),
          whenGiven(keys, "about",
                    [&](const auto& each) { return store(each.text("text"), scenario.about); }),
          whenGiven(keys, "arch",
                    [&](const auto& each) { return store(readWord(each, kArchWords), scenario.arch); }),
          whenGiven(keys, "geometry",
                    [&](const auto& each) { return store(readWord(each, kGeometryWords), levels); }),
          whenGiven(keys, "cpu", [&](const auto& each) { return store(readCpu(each), scenario.cpu); }),
          whenGiven(keys, "debug_vm",
                    [&](const auto& each) { return store(each.flag(), scenario.kernel.debugVm); }),
          whenGiven(keys, "kernel", [&](const auto& each) { return readKernel(each, scenario.kernel); }),
          whenGiven(keys, "teardown",
                    [&](const auto& each) { return store(each.flag(), scenario.teardown); }),
          whenGiven(keys, "drivers",
                    [&](const auto& each) { return store(readDrivers(each), scenario.drivers); })})
        if (!read)
            return read;
    scenario.geometry.levels = levels;
    return {};
}

Result<Scenario> read(const yaml::Node& root, const option::Catalogue& shipped) {
    auto keys = yaml::Keys::of(root, {"title", "about", "arch", "geometry", "cpu", "debug_vm", "kernel",
                                      "teardown", "options", "drivers", "steps", "expect"});
    if (!keys)
        return fail(keys.error());
    Scenario scenario;
    option::Catalogue known = shipped;
    if (auto title = keys->required("title"); !title)
        return fail(title.error());
    if (auto head = readHead(*keys, scenario); !head)
        return fail(head.error());
    if (auto options = whenGiven(
            *keys, "options", [&](const auto& each) { return readOptions(each, known, scenario.options); });
        !options)
        return fail(options.error());
    auto list = keys->required("steps");
    if (!list)
        return fail(list.error());
    if (auto steps = store(StepReader(scenario.drivers).steps(**list), scenario.steps); !steps)
        return fail(steps.error());
    if (auto expect = whenGiven(*keys, "expect",
                                [&](const auto& each) {
                                    return store(readExpect(each, known, scenario.steps.size()),
                                                 scenario.expect);
                                });
        !expect)
        return fail(expect.error());
    return scenario;
}

} // namespace

std::optional<std::string> scenarioInPage(std::string_view page) {
    constexpr std::string_view kBegin = "<script type=\"application/json\" id=\"session\">";
    const auto begin = page.starts_with("<!DOCTYPE html>") ? page.find(kBegin) : std::string_view::npos;
    if (begin == std::string_view::npos)
        return std::nullopt;
    page.remove_prefix(begin + kBegin.size());
    const auto session = nlohmann::json::parse(page.substr(0, page.find("</script>")), nullptr, false);
    const auto yaml = session.is_object() ? session.find("yaml") : session.end();
    if (yaml == session.end() || !yaml->is_string())
        return std::nullopt;
    return yaml->get<std::string>();
}

Result<Scenario> readScenario(std::string_view text, std::string file, const option::Catalogue& known) {
    if (const auto inside = scenarioInPage(text))
        return readScenario(*inside, std::move(file), known);
    auto document = yaml::Document::parse(text, std::move(file));
    if (!document)
        return fail(document.error());
    return read(document->root(), known);
}

Result<Scenario> loadScenario(const std::string& path, const option::Catalogue& known) {
    if (path.ends_with(".html")) {
        const auto page = readFile(path);
        return page ? readScenario(*page, path, known) : fail(page.error());
    }
    auto document = yaml::Document::load(path);
    if (!document)
        return fail(document.error());
    return read(document->root(), known);
}

Result<option::Catalogue> withOptionsOf(const Scenario& scenario, const option::Catalogue& known) {
    option::Catalogue all = known;
    for (const option::Option& option : scenario.options)
        if (auto added = all.add(option); !added)
            return fail(added.error());
    return all;
}

} // namespace pfnscope::scenario
