// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/writer.h"

#include "base/yaml.h"
#include "option/option_yaml.h"
#include "scenario/cpu_yaml.h"
#include "scenario/driver_yaml.h"
#include "scenario/expect_yaml.h"
#include "scenario/fields.h"

#include <fmt/format.h>

namespace pfnscope::scenario {
namespace {

/// Writes the keys of one operation; see fields.h.
class FieldWriter {
public:
    FieldWriter(const AddressBook& book, machine::Pid process) : book_(book), process_(process) {}

    void newName(std::string_view key, const std::string& name) { put(key, yaml::quoted(name)); }
    void address(std::string_view key, VirtAddr at, Bytes) { put(key, book_.expressionFor(process_, at)); }
    void freeAddress(std::string_view key, VirtAddr at) { put(key, toText(at)); }
    void optionalAddress(std::string_view key, const std::optional<VirtAddr>& at) {
        if (at)
            put(key, toText(*at));
    }
    void size(std::string_view key, Bytes size, std::optional<Bytes> absent = std::nullopt) {
        if (size != absent)
            put(key, toText(size));
    }
    void length(std::string_view key, Bytes length, Bytes absent) { size(key, length, absent); }
    void flag(std::string_view key, bool value, bool absent) {
        if (value != absent)
            put(key, value ? "true" : "false");
    }
    void count(std::string_view key, std::uint32_t value, std::uint32_t absent) {
        if (value != absent)
            put(key, std::to_string(value));
    }
    void frames(std::string_view key, Pfn first, Bytes) { put(key, toText(first)); }
    void driverOrNull(std::string_view key, const std::optional<mm::Driver>& driver) {
        put(key, driver ? driver->ops.name : "null");
    }
    void knownFile(std::string_view key, const std::string& file) { put(key, file); }
    template <class T, std::size_t N>
    void word(std::string_view key, const T& value, const Words<T, N>& words,
              std::type_identity_t<std::optional<T>> absent = std::nullopt) {
        if (value != absent)
            put(key, std::string(wordFor(value, words)));
    }
    void source(const mm::Mmap& map);

    std::string text() const { return "{" + text_ + "}"; }

private:
    void put(std::string_view key, const std::string& value) {
        text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", key, value);
    }
    std::string remap(const mm::Mmap& map) const;

    const AddressBook& book_;
    machine::Pid process_;
    std::string text_;
};

void FieldWriter::source(const mm::Mmap& map) {
    const bool isAnonymous = map.backing == mm::Backing::Anonymous;
    if (map.driver)
        put("driver", map.driver->ops.name);
    else
        word("backing", map.backing, kBackingWords, std::optional(mm::Backing::Anonymous));
    word("flags", map.share, kShareWords,
         std::optional(isAnonymous ? mm::Share::Private : mm::Share::Shared));
    if (!isAnonymous && map.file != (map.driver ? map.driver->ops.name : map.name))
        put("file", map.file);
    length("offset", kPageSize * map.pgoff, Bytes(0));
    if (!map.remap.empty())
        put("remap", remap(map));
    if (map.opsAfterRemap)
        put("then_driver", map.opsAfterRemap->ops.name);
}

std::string FieldWriter::remap(const mm::Mmap& map) const {
    const Pfn start = map.driver->ops.basePfn + map.pgoff;
    if (map.remap == std::vector<mm::RemapPart>{{Bytes(0), map.size, start, 0}})
        return "true";
    std::string list;
    for (const mm::RemapPart& part : map.remap) {
        FieldWriter writer(book_, process_);
        writer.length("offset", part.offset, Bytes(0));
        writer.size("size", part.size, map.size - part.offset);
        if (part.pfn != start + part.offset.pages())
            writer.frames("pfn", part.pfn, part.size);
        writer.count("fail_alloc", part.failAllocation, 0);
        list += (list.empty() ? "" : ", ") + writer.text();
    }
    return "[" + list + "]";
}

std::string valueOf(const mm::Operation& operation, const AddressBook& book) {
    return std::visit(
        [&](const auto& op) -> std::string {
            using Op = std::remove_cvref_t<decltype(op)>;
            if constexpr (std::is_same_v<Op, mm::Fork>) {
                return op.child;
            } else if constexpr (std::is_same_v<Op, mm::Exit>) {
                return "{}";
            } else if constexpr (std::is_same_v<Op, mm::FailAlloc>) {
                return std::to_string(op.countdown);
            } else {
                FieldWriter writer(book, operation.process);
                fields(writer, op);
                return writer.text();
            }
        },
        operation.action);
}

std::string kernelKeys(const mm::KernelConfig& config) {
    const mm::KernelConfig plain;
    std::string text;
    const auto put = [&](std::string_view key, std::string_view value) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, value);
    };
    if (config.version7)
        put("version", wordFor(true, kKernelWords));
    if (config.archNeedsDeposit)
        put("arch_needs_deposit", "true");
    if (config.depositStorage != plain.depositStorage)
        put("deposit_storage", wordFor(config.depositStorage, kDepositStorageWords));
    if (!config.transparentHugepage)
        put("thp", "false");
    if (config.softDirty)
        put("soft_dirty", "true");
    if (config.splitOrder != plain.splitOrder)
        put("split_order", wordFor(config.splitOrder, kSplitOrderWords));
    return text;
}

std::string headOf(const Scenario& scenario) {
    std::string text = fmt::format("title: {}\n", yaml::quoted(scenario.title));
    if (!scenario.about.empty())
        text += fmt::format("about: {}\n", yaml::quoted(scenario.about));
    text += fmt::format("arch: {}\n", wordFor(scenario.arch, kArchWords));
    if (scenario.geometry != hw::kFourLevels)
        text += fmt::format("geometry: {}\n", wordFor(scenario.geometry.levels, kGeometryWords));
    if (const std::string keys = toYaml(scenario.cpu); !keys.empty())
        text += fmt::format("cpu: {}\n", keys);
    if (scenario.kernel.debugVm)
        text += "debug_vm: true\n";
    if (const std::string keys = kernelKeys(scenario.kernel); !keys.empty())
        text += fmt::format("kernel: {{{}}}\n", keys);
    if (!scenario.teardown)
        text += "teardown: false\n";
    if (!scenario.drivers.empty())
        text += "drivers:\n";
    for (const NamedDriver& driver : scenario.drivers)
        text += fmt::format("  {}: {}\n", driver.name, toYaml(driver.driver));
    if (!scenario.options.empty())
        text += "options:\n";
    for (const option::Option& option : scenario.options) {
        std::string block = option::toYaml(option, 4);
        block[2] = '-';
        text += block;
    }
    return text;
}

std::string overlapOf(const Overlap& overlap, AddressBook book) {
    std::string text = "overlap:\n      operations:\n";
    for (const mm::Operation& operation : overlap.operations) {
        text += fmt::format("        - {{cpu: {}, ", operation.cpu.raw());
        if (operation.process != kFirstProcess)
            text += fmt::format("process: {}, ", book.processName(operation.process));
        text += toYaml(operation, book) + "}\n";
        book.follow(operation);
    }
    std::string turns;
    for (const schedule::Turn& turn : overlap.schedule)
        turns += (turns.empty() ? "" : ", ") + toText(turn);
    return text + (turns.empty() ? "" : fmt::format("      schedule: [{}]\n", turns));
}

std::string stepOf(const Step& step, const AddressBook& book) {
    std::string text = "  - ";
    if (step.operation) {
        text += toYaml(*step.operation, book) + "\n";
        if (step.operation->process != kFirstProcess)
            text += fmt::format("    process: {}\n", book.processName(step.operation->process));
        if (step.operation->cpu != machine::CpuId())
            text += fmt::format("    cpu: {}\n", step.operation->cpu.raw());
    } else if (step.overlap) {
        text += overlapOf(*step.overlap, book);
    } else {
        text += fmt::format("mark: {}\n", yaml::quoted(step.mark));
    }
    if (!step.say.empty())
        text += fmt::format("    say: {}\n", yaml::quoted(step.say));
    if (step.ask) {
        std::string answers;
        for (const std::string& answer : step.ask->answers)
            answers += (answers.empty() ? "" : ", ") + yaml::quoted(answer);
        text += fmt::format("    ask: {{question: {}, answers: [{}], right: {}}}\n",
                            yaml::quoted(step.ask->question), answers, step.ask->right);
    }
    return text;
}

} // namespace

std::string toYaml(const mm::Operation& operation, const AddressBook& book) {
    return fmt::format("{}: {}", mm::name(operation.action), valueOf(operation, book));
}

std::string toYaml(const Scenario& scenario) {
    std::string text = headOf(scenario) + "steps:\n";
    AddressBook book;
    for (const Step& step : scenario.steps) {
        text += stepOf(step, book);
        for (const mm::Operation& operation : step.operations())
            book.follow(operation);
    }
    if (!scenario.expect.empty())
        text += "expect:\n";
    for (const auto& [option, expected] : scenario.expect)
        text += fmt::format("  {}: {}\n", option, toYaml(expected));
    return text;
}

std::string Scenario::processName(machine::Pid process) const {
    std::uint32_t number = kFirstProcess.raw();
    for (const Step& step : steps)
        for (const mm::Operation& operation : step.operations())
            if (const auto* fork = std::get_if<mm::Fork>(&operation.action))
                if (++number == process.raw())
                    return fork->child;
    return std::string(kFirstProcessName);
}

std::span<const mm::Operation> Step::operations() const {
    if (operation)
        return {&*operation, 1};
    return overlap ? std::span<const mm::Operation>(overlap->operations) : std::span<const mm::Operation>();
}

} // namespace pfnscope::scenario
