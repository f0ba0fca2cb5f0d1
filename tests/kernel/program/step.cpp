// SPDX-License-Identifier: GPL-3.0-or-later
#include "step.h"

#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/mman.h>

namespace pfnscope::record {

namespace {

struct AdviceRow {
    std::string_view name;
    int number;
};

constexpr std::array<AdviceRow, 12> adviceRows = {{
    {"NORMAL", MADV_NORMAL},
    {"DONTNEED", MADV_DONTNEED},
    {"FREE", MADV_FREE},
    {"COLD", 20},
    {"PAGEOUT", 21},
    {"POPULATE_READ", 22},
    {"POPULATE_WRITE", 23},
    {"COLLAPSE", 25},
    {"HUGEPAGE", MADV_HUGEPAGE},
    {"NOHUGEPAGE", MADV_NOHUGEPAGE},
    {"DONTFORK", MADV_DONTFORK},
    {"DOFORK", MADV_DOFORK},
}};

constexpr std::array<std::string_view, 3> protectionNames = {"rw", "r-", "--"};

std::string field(std::string_view name, std::string_view text) {
    return "\"" + std::string(name) + "\":\"" + std::string(text) + "\"";
}

std::string number(std::string_view name, std::int64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value);
}

std::string deviceArgs(const Step& step) {
    const DeviceMapping& device = step.device;
    return field("va", hex(step.va)) + "," + field("len", hex(step.length)) + "," +
           field("phys", hex(device.phys)) + "," + field("mode", modeNames[device.mode]) + "," +
           field("cache", cacheNames[device.cache]) + "," + number("orders", device.orders) + "," +
           field("share", device.sharing == Sharing::shared ? "shared" : "private") + "," +
           number("fail_nth", device.failNth);
}

/// The last arguments: the ones that only some verbs have.
std::string moreArgs(const Step& step) {
    switch (step.verb) {
    case Verb::mmapAnon:
        return "," + field("share", "private");
    case Verb::mmapShmem:
        return "," + field("fs", "tmpfs huge=always");
    case Verb::mprotect:
        return "," + field("prot", protectionNames[static_cast<std::size_t>(step.protection)]);
    case Verb::madvise:
        return "," + field("advice", adviceRows[static_cast<std::size_t>(step.advice)].name);
    case Verb::mremap:
        return (step.newVa ? "," + field("new_va", hex(step.newVa)) : "") + "," +
               field("new_len", hex(step.newLength));
    case Verb::remapPfnRange:
        return "," + field("phys", hex(step.device.phys)) +
               (step.device.failNth ? "," + number("fail_nth", step.device.failNth) : "");
    default:
        return "";
    }
}

std::string errorName(int error) {
    const char* name = strerrorname_np(error);
    return name ? name : std::to_string(error);
}

std::string accessText(const Step& step, const Outcome& outcome) {
    if (outcome.signal != 0) {
        const char* name = sigabbrev_np(outcome.signal);
        return "," + field("signal", name ? "SIG" + std::string(name) : std::to_string(outcome.signal)) +
               "," + number("si_code", outcome.signalCode) + "," +
               field("si_addr", hex(outcome.signalAddress));
    }
    return ",\"signal\":null" + (step.verb == Verb::read ? "," + field("value", hex(outcome.value)) : "");
}

std::string childEndText(const Outcome& outcome) {
    switch (outcome.childEnd) {
    case ChildEnd::exited:
        return "," + number("exit", outcome.childStatus);
    case ChildEnd::killed:
        return "," + number("killed_by", outcome.childStatus);
    case ChildEnd::hung:
        return "," + field("child_status", "hung");
    case ChildEnd::none:
        break;
    }
    return "";
}

bool returnsAddress(Verb verb) {
    return verb == Verb::mmapDev || verb == Verb::mmapAnon || verb == Verb::mmapShmem || verb == Verb::mremap;
}

} // namespace

std::string hex(std::uint64_t value) {
    char text[17];
    std::snprintf(text, sizeof text, "%" PRIx64, value);
    return text;
}

int adviceNumber(Advice advice) {
    return adviceRows[static_cast<std::size_t>(advice)].number;
}

int protectionBits(Protection protection) {
    constexpr std::array<int, 3> bits = {PROT_READ | PROT_WRITE, PROT_READ, PROT_NONE};
    return bits[static_cast<std::size_t>(protection)];
}

std::string opName(const Step& step) {
    const std::string name(verbNames[static_cast<std::size_t>(step.verb)]);
    return step.who == Who::child ? "child_" + name : name;
}

std::string argsText(const Step& step, const Outcome* outcome) {
    std::string failing;
    if (outcome && step.device.failNth != 0)
        failing = "," + number("fail_left", outcome->remap.fail_left) + "," +
                  number("remap_ret", outcome->remap.ret);
    switch (step.verb) {
    case Verb::fork:
        return "{}";
    case Verb::mmapDev:
        return "{" + deviceArgs(step) + failing + "}";
    case Verb::read:
    case Verb::write:
        if (step.who == Who::parent)
            return "{" + field("va", hex(step.va)) + "}";
        break;
    case Verb::unmapMappingRange:
        return "{" + field("file_off", hex(step.va)) + "," + field("len", hex(step.length)) + "}";
    default:
        break;
    }
    return "{" + field("va", hex(step.va)) + "," + field("len", hex(step.length)) + moreArgs(step) + failing +
           "}";
}

std::string outcomeText(const Step& step, const Outcome& outcome) {
    if (step.verb == Verb::read || step.verb == Verb::write)
        return accessText(step, outcome);
    if (step.verb == Verb::exit)
        return childEndText(outcome);
    if (outcome.returned == -1)
        return "," + number("ret", -1) + "," + field("errno", errorName(outcome.error));
    if (returnsAddress(step.verb))
        return "," + field("ret", hex(static_cast<std::uint64_t>(outcome.returned)));
    return "," + number("ret", outcome.returned);
}

} // namespace pfnscope::record
