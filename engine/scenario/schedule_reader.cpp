// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/step_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::scenario {
namespace {

Result<schedule::Turn> readTurn(const yaml::Node& node, const std::vector<mm::Operation>& operations) {
    const auto turn = node.isScalar() ? schedule::turnFrom(node.scalar()) : std::nullopt;
    if (!turn)
        return fail(node.wrongType("a turn: 'cpu0 3' (three steps), 'cpu0' (until it ends or has to wait) or "
                                   "'interrupt1'"));
    const machine::CpuId cpu = turn->actor.cpu;
    if (turn->actor.kind == schedule::ActorKind::Interrupt) {
        if (cpu.raw() < kMostCpus)
            return *turn;
        return fail(node.error(ErrorKind::OutOfRange, node.described(),
                               fmt::format("a CPU from 0 to {}", kMostCpus - 1)));
    }
    if (std::any_of(operations.begin(), operations.end(),
                    [&](const mm::Operation& operation) { return operation.cpu == cpu; }))
        return *turn;
    std::string known;
    for (const mm::Operation& operation : operations)
        known += fmt::format("{}cpu{}", known.empty() ? "" : ", ", operation.cpu.raw());
    return fail(node.error(ErrorKind::UnknownName, node.described(),
                           "a CPU that an operation of the step runs on: " + known));
}

} // namespace

Result<schedule::Schedule> readSchedule(const yaml::Node& list,
                                        const std::vector<mm::Operation>& operations) {
    if (!list.isList())
        return fail(list.wrongType("a list of turns"));
    schedule::Schedule turns;
    for (const yaml::Node& item : list.items()) {
        auto turn = readTurn(item, operations);
        if (!turn)
            return fail(turn.error());
        turns.push_back(*turn);
    }
    return turns;
}

} // namespace pfnscope::scenario
