// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/step_reader.h"

#include "scenario/driver_yaml.h"
#include "scenario/field_reader.h"
#include "scenario/fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <span>

namespace pfnscope::scenario {
namespace {

constexpr std::size_t kActions = std::variant_size_v<mm::Action>;
constexpr std::size_t kMark = kActions; ///< the steps that are no operation
constexpr std::size_t kOverlap = kActions + 1;

template <std::size_t... index> std::array<mm::Action, kActions> everyAction(std::index_sequence<index...>) {
    return {mm::Action(std::in_place_index<index>)...};
}

/// The keys that name what a step does, in the order of mm::Action, then those that are no operation.
std::array<std::string_view, kActions + 2> stepKeys() {
    std::array<std::string_view, kActions + 2> keys;
    const auto actions = everyAction(std::make_index_sequence<kActions>());
    for (std::size_t i = 0; i < kActions; ++i)
        keys[i] = mm::name(actions[i]);
    keys[kMark] = "mark";
    keys[kOverlap] = "overlap";
    return keys;
}

/// What may stand beside them, and beside an operation that overlaps others.
constexpr std::array<std::string_view, 4> kBeside{"process", "cpu", "say", "ask"};
constexpr std::span<const std::string_view> kBesideOverlapping = std::span(kBeside).first<2>();
constexpr std::string_view kStepIs = "one operation, with 'process', 'cpu', 'say' and 'ask' beside it";
constexpr std::string_view kOverlappingIs = "one operation, with 'process' and 'cpu' beside it";

bool isOneOf(std::string_view key, std::span<const std::string_view> keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// The one entry that says what is done, its key one of `keys`.
Result<const yaml::Node::Entry*> whatIsDone(const yaml::Node& node, std::span<const std::string_view> keys,
                                            std::span<const std::string_view> beside,
                                            const std::string& expected) {
    if (!node.isMap())
        return fail(node.wrongType(expected));
    if (auto unique = yaml::uniqueKeys(node); !unique)
        return fail(unique.error());
    const yaml::Node::Entry* what = nullptr;
    for (const yaml::Node::Entry& entry : node.entries()) {
        if (isOneOf(entry.key.scalar(), beside))
            continue;
        if (!isOneOf(entry.key.scalar(), keys))
            return fail(
                entry.key.error(ErrorKind::UnknownKey, entry.key.described(),
                                fmt::format("{}, or {}", yaml::oneOf(keys), fmt::join(beside, ", "))));
        if (what)
            return fail(entry.key.error(ErrorKind::Duplicate, entry.key.described(), expected));
        what = &entry;
    }
    if (!what)
        return fail(node.error(ErrorKind::MissingKey, "operation", expected));
    return what;
}

Result<machine::CpuId> readCpu(const yaml::Node& node) {
    auto number = node.number("a CPU", 0, kMostCpus - 1);
    if (!number)
        return fail(number.error());
    return machine::CpuId(static_cast<std::uint32_t>(*number));
}

Result<Question> readQuestion(const yaml::Node& node) {
    auto keys = yaml::Keys::of(node, {"question", "answers", "right"});
    if (!keys)
        return fail(keys.error());
    Question ask;
    auto question =
        keys->required("question").and_then([](const yaml::Node* each) { return each->text("a question"); });
    if (!question)
        return fail(question.error());
    ask.question = std::move(*question);
    auto answers = keys->required("answers");
    if (!answers)
        return fail(answers.error());
    const yaml::Node& list = **answers;
    if (!list.isList() || list.items().size() < 2 || list.items().size() > kMostAnswers)
        return fail(list.wrongType(fmt::format("a list of 2 to {} answers", kMostAnswers)));
    for (const yaml::Node& item : list.items()) {
        auto text = item.text("an answer");
        if (!text)
            return fail(text.error());
        ask.answers.push_back(std::move(*text));
    }
    auto right = keys->required("right").and_then([&](const yaml::Node* each) {
        return each->number("the number of the right answer, the first being 0", 0, ask.answers.size() - 1);
    });
    if (!right)
        return fail(right.error());
    ask.right = *right;
    return ask;
}

} // namespace

Result<std::vector<Step>> StepReader::steps(const yaml::Node& list) {
    if (!list.isList())
        return fail(list.wrongType("a list of steps"));
    if (list.items().empty())
        return fail(list.error(ErrorKind::OutOfRange, "no step", "at least one"));
    std::vector<Step> steps;
    for (const yaml::Node& item : list.items()) {
        if (steps.size() == kMostSteps)
            return fail(item.error(ErrorKind::Limit, fmt::format("step {}", steps.size() + 1),
                                   fmt::format("at most {} steps", kMostSteps)));
        auto next = step(item);
        if (!next)
            return fail(next.error());
        steps.push_back(std::move(*next));
    }
    return steps;
}

Result<Step> StepReader::step(const yaml::Node& node) {
    const auto keys = stepKeys();
    const auto what = whatIsDone(node, keys, kBeside, std::string(kStepIs));
    if (!what)
        return fail(what.error());
    const auto& [key, value] = **what;
    Step step;
    const auto kind =
        static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key.scalar()) - keys.begin());
    if (kind >= kActions)
        for (const std::string_view beside : kBesideOverlapping)
            if (const yaml::Node::Entry* entry = node.entry(beside))
                return fail(entry->key.error(
                    ErrorKind::UnknownKey, std::string(beside),
                    fmt::format("say and ask beside {} {}", kind == kMark ? "a" : "an", keys[kind])));
    if (kind == kMark) {
        auto mark = value.text("the moment's name");
        if (!mark)
            return fail(mark.error());
        step.mark = std::move(*mark);
    } else if (kind == kOverlap) {
        auto several = overlap(value);
        if (!several)
            return fail(several.error());
        step.overlap = std::move(*several);
    } else {
        auto done = operation(node, value, kind);
        if (!done)
            return fail(done.error());
        step.operation = std::move(*done);
        book_.follow(*step.operation);
    }
    if (const yaml::Node::Entry* say = node.entry("say")) {
        auto text = say->value.text("what to say");
        if (!text)
            return fail(text.error());
        step.say = std::move(*text);
    }
    if (const yaml::Node::Entry* ask = node.entry("ask")) {
        auto question = readQuestion(ask->value);
        if (!question)
            return fail(question.error());
        step.ask = std::move(*question);
    }
    return step;
}

Result<mm::Operation> StepReader::overlapping(const yaml::Node& item, const Overlap& before) {
    const auto all = stepKeys();
    const auto keys = std::span<const std::string_view>(all).first(kActions);
    const auto what = whatIsDone(item, keys, kBesideOverlapping, std::string(kOverlappingIs));
    if (!what)
        return fail(what.error());
    const auto& [key, value] = **what;
    const auto kind =
        static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key.scalar()) - keys.begin());
    auto done = operation(item, value, kind);
    if (!done)
        return done;
    const yaml::Node::Entry* cpu = item.entry("cpu") ? item.entry("cpu") : value.entry("cpu");
    if (!cpu)
        return fail(item.error(ErrorKind::MissingKey, "cpu", "'cpu' here, each operation on one of its own"));
    const bool isTaken = std::any_of(before.operations.begin(), before.operations.end(),
                                     [&](const mm::Operation& other) { return other.cpu == done->cpu; });
    if (isTaken)
        return fail(cpu->value.error(ErrorKind::Duplicate, fmt::format("cpu {}", done->cpu.raw()),
                                     "a CPU that no other operation of the step runs on"));
    return done;
}

Result<Overlap> StepReader::overlap(const yaml::Node& value) {
    const auto keys = yaml::Keys::of(value, {"operations", "schedule"});
    if (!keys)
        return fail(keys.error());
    const auto operations = keys->required("operations");
    if (!operations)
        return fail(operations.error());
    const yaml::Node& list = **operations;
    if (!list.isList() || list.items().size() < 2 || list.items().size() > schedule::kMostOverlapping)
        return fail(list.wrongType(fmt::format("a list of 2 to {} operations", schedule::kMostOverlapping)));
    Overlap overlap;
    for (const yaml::Node& item : list.items()) {
        auto next = overlapping(item, overlap);
        if (!next)
            return fail(next.error());
        book_.follow(*next);
        overlap.operations.push_back(std::move(*next));
    }
    if (const yaml::Node* turns = keys->find("schedule")) {
        auto schedule = readSchedule(*turns, overlap.operations);
        if (!schedule)
            return fail(schedule.error());
        overlap.schedule = std::move(*schedule);
    }
    return overlap;
}

Result<machine::Pid> StepReader::process(const yaml::Node& node) const {
    const auto found = node.isScalar() ? book_.processNamed(node.scalar()) : std::nullopt;
    if (found && book_.lives(*found))
        return *found;
    return fail(node.error(ErrorKind::UnknownName, node.described(),
                           "a process that lives: " + yaml::oneOf(book_.livingProcesses())));
}

Result<mm::Operation> StepReader::operation(const yaml::Node& step, const yaml::Node& value,
                                            std::size_t kind) {
    mm::Operation operation;
    const auto read = [&](const yaml::Node& node, std::string_view key) -> Result<void> {
        if (key == "process") {
            auto pid = process(node);
            if (!pid)
                return fail(pid.error());
            operation.process = *pid;
        } else {
            auto cpu = readCpu(node);
            if (!cpu)
                return fail(cpu.error());
            operation.cpu = *cpu;
        }
        return {};
    };
    for (const std::string_view key : {"process", "cpu"}) {
        const yaml::Node::Entry* beside = step.entry(key);
        const yaml::Node::Entry* inside =
            kind == mm::Action(mm::Touch{}).index() ? value.entry(key) : nullptr;
        if (beside && inside)
            return fail(inside->key.error(ErrorKind::Duplicate, std::string(key),
                                          "it once, in the touch or beside it"));
        if (const yaml::Node::Entry* given = beside ? beside : inside)
            if (auto done = read(given->value, key); !done)
                return fail(done.error());
    }
    if (!book_.lives(operation.process))
        return fail(step.error(ErrorKind::UnknownName, book_.processName(operation.process),
                               book_.livingProcesses().empty()
                                   ? std::string("no step after the last process has exited")
                                   : "'process', one that lives: " + yaml::oneOf(book_.livingProcesses())));
    auto done = action(value, kind, operation);
    if (!done)
        return fail(done.error());
    operation.action = std::move(*done);
    if (std::holds_alternative<mm::Mmap>(operation.action) && ++maps_ > kMostMaps)
        return fail(value.error(ErrorKind::Limit, fmt::format("map {}", maps_),
                                fmt::format("at most {}", kMostMaps)));
    return operation;
}

Result<mm::Action> StepReader::fork(const yaml::Node& value) const {
    auto child = readName(value, "the child's name");
    if (!child)
        return fail(child.error());
    if (book_.processNamed(*child))
        return fail(value.error(ErrorKind::Duplicate, *child, "a name that no other process had"));
    if (book_.processCount() >= kMostProcesses)
        return fail(value.error(ErrorKind::Limit, fmt::format("process {}", book_.processCount() + 1),
                                fmt::format("at most {}", kMostProcesses)));
    return mm::Fork{std::move(*child)};
}

Result<mm::Action> StepReader::action(const yaml::Node& value, std::size_t kind, const mm::Operation& who) {
    static const auto actions = everyAction(std::make_index_sequence<kActions>());
    mm::Action action = actions[kind];
    return std::visit(
        [&](auto& op) -> Result<mm::Action> {
            using Op = std::remove_cvref_t<decltype(op)>;
            if constexpr (std::is_same_v<Op, mm::Fork>) {
                return fork(value);
            } else if constexpr (std::is_same_v<Op, mm::Exit>) {
                if (value.isNull() || (value.isMap() && value.entries().empty()))
                    return mm::Action(op);
                return fail(value.wrongType("nothing, or {}"));
            } else if constexpr (std::is_same_v<Op, mm::FailAlloc>) {
                auto countdown =
                    value.number("which allocation of a table fails, the next being 1", 1, 1'000'000);
                if (!countdown)
                    return fail(countdown.error());
                return mm::Action(mm::FailAlloc{static_cast<std::uint32_t>(*countdown)});
            } else {
                FieldReader reader(value, book_, drivers_, who.process);
                fields(reader, op);
                if constexpr (std::is_same_v<Op, mm::Touch>) {
                    reader.stepKey("process"); // read already, see operation()
                    reader.stepKey("cpu");
                }
                if (auto done = reader.finish(); !done)
                    return fail(done.error());
                return mm::Action(std::move(op));
            }
        },
        action);
}

} // namespace pfnscope::scenario
