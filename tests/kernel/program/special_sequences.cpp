// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps.h"

#include <iterator>

namespace pfnscope::record {

namespace {

constexpr auto rw = Protection::readWrite;
constexpr auto ro = Protection::readOnly;
constexpr auto none = Protection::none;
constexpr std::uint32_t allOrders = RECORDER_ORDER_PTE | RECORDER_ORDER_PMD | RECORDER_ORDER_PUD;

Sequence special(const std::string& name, Steps steps) {
    return {"X/" + name, "-", std::move(steps)};
}

Sequence cacheModes(const std::string& name, std::uint64_t phys, recorder_mode mode) {
    Steps steps;
    for (const recorder_cache cache : {RECORDER_WB, RECORDER_UC_MINUS, RECORDER_WC, RECORDER_WT}) {
        const Steps round = {withCache(mmapDev(0, mib2, phys, mode), cache),
                             read(0),
                             write(kib4),
                             munmap(mib1, kib4),
                             read(0),
                             read(5 * kib4),
                             munmap(0, mib1),
                             munmap(mib1 + kib4, 0xff000)};
        steps.insert(steps.end(), round.begin(), round.end());
        phys += mib2;
    }
    return special(name, std::move(steps));
}

Sequence cachePud() {
    Steps steps;
    for (const recorder_cache cache : {RECORDER_WB, RECORDER_UC_MINUS, RECORDER_WC, RECORDER_WT}) {
        const Step map =
            withOrders(withCache(mmapDev(0, gib1, devicePhys, RECORDER_FAULT), cache), allOrders);
        const Steps round = {map, read(0), write(kib4), munmap(0, gib1)};
        steps.insert(steps.end(), round.begin(), round.end());
    }
    return special("cache_pud", std::move(steps));
}

struct Shape {
    std::uint64_t offset;
    std::uint64_t length;
    std::uint64_t phys;
    std::uint64_t secondRead;
};

/// Which shapes a huge mapping fits: sizes, addresses and frames that are aligned, congruent or neither.
Sequence shapes(const std::string& name, recorder_mode mode) {
    constexpr Shape all[] = {
        {0, mib2, 0x40000000, mib2 - kib4},
        {0, mib2 - kib4, 0x40000000, mib2 - 2 * kib4},
        {0, mib2 + kib4, 0x40000000, mib2},
        {kib4, mib2, 0x40001000, mib2},
        {kib4, mib4, 0x40001000, mib4},
        {0, mib2, 0x40001000, mib2 - kib4},
        {0, mib4, 0x40100000, mib4 - kib4},
        {mib1, mib4, 0x40100000, 0x4ff000},
        {0x3fe00000, mib4, 0x40000000, 0x401ff000},
    };
    Steps steps;
    for (const Shape& shape : all) {
        const Steps round = {mmapDev(shape.offset, shape.length, shape.phys, mode), read(shape.offset),
                             read(shape.secondRead), munmap(shape.offset, shape.length)};
        steps.insert(steps.end(), round.begin(), round.end());
    }
    return special(name, std::move(steps));
}

Sequence failures(const std::string& name, std::uint64_t length, recorder_mode mode, std::uint32_t last) {
    Steps steps;
    for (std::uint32_t nth = 1; nth <= last; ++nth) {
        const Steps round = {failing(mmapDev(0, length, devicePhys, mode), nth), read(0), read(length / 2),
                             munmap(0, length)};
        steps.insert(steps.end(), round.begin(), round.end());
    }
    Sequence sequence = special(name, std::move(steps));
    sequence.wantsFailures = true;
    return sequence;
}

/// The range is mapped once, emptied, and mapped again while allocations fail.
Sequence failuresLater() {
    Steps steps;
    for (std::uint32_t nth = 1; nth <= 4; ++nth) {
        const Steps round = {mmapDev(0, mib4, devicePhys, RECORDER_NONE),
                             remapLater(0, mib4, devicePhys, nth),
                             read(0),
                             read(mib2),
                             remapLater(0, mib4, devicePhys),
                             read(0),
                             munmap(0, mib4)};
        steps.insert(steps.end(), round.begin(), round.end());
    }
    Sequence sequence = special("remap_fail_later", std::move(steps));
    sequence.wantsFailures = true;
    return sequence;
}

std::vector<Sequence> pudSequences() {
    const Step map = withOrders(mmapDev(0, gib1, devicePhys, RECORDER_FAULT), allOrders);
    const Step all = munmap(0, gib1);
    const std::uint64_t other = 4 * gib1;
    return {
        special("pud_rw", {map, write(0), read(mib2), read(0x3fff000), all}),
        special("pud_exit", {map, write(0), read(mib2)}),
        special("pud_two", {withOrders(mmapDev(0, 2 * gib1, devicePhys, RECORDER_FAULT), allOrders), write(0),
                            read(gib1), munmap(0, gib1), read(gib1), munmap(gib1, gib1)}),
        special("pud_unmap_mapping", {map, write(0), unmapMapping(0, gib1), read(0), all}),
        special("pud_zap", {map, write(0), zapVmaPtes(0, gib1), read(0), all}),
        special("pud_fork_exit", {map, write(0), fork(), child(read(0)), childExit(), read(0), all}),
        special("pud_fork_both", {map, write(0), fork(), child(write(kib4)), childExit()}),
        special("pud_mprotect_all", {map, write(0), mprotect(0, gib1, ro), read(0), write(0),
                                     mprotect(0, gib1, rw), write(0), all}),
        special("pud_protnone",
                {map, write(0), mprotect(0, gib1, none), read(0), mprotect(0, gib1, rw), read(0), all}),
        special("pud_mremap",
                {map, write(0), mremapTo(0, gib1, other, gib1), read(other), munmap(other, gib1)}),
        special("pud_small_vma", {withOrders(mmapDev(0, gib1 / 2, devicePhys, RECORDER_FAULT), allOrders),
                                  write(0), read(mib2), munmap(0, gib1 / 2)}),
        special("pud_only", {withOrders(mmapDev(0, gib1, devicePhys, RECORDER_FAULT), RECORDER_ORDER_PUD),
                             read(0), write(gib1 - mib2), all}),
        special("pud_fork", {map, write(0), fork(), child(read(0)), child(munmap(mib1, kib4)), child(read(0)),
                             childExit(), read(0), all}),
        special("pud_munmap4k", {map, write(0), munmap(mib1, kib4), read(0), read(mib1), all}),
        special("pud_mprotect_half", {map, write(0), mprotect(gib1 / 2, gib1 / 2, ro), read(0), all}),
        special("pud_unmap_mapping_4k", {map, write(0), unmapMapping(mib1, kib4), read(0), read(mib1), all}),
        special("pud_zap_4k", {map, write(0), zapVmaPtes(mib1, kib4), read(0), all}),
    };
}

/// What lies under the PUD next to a huge leaf, and how 1 GiB leaves are given up.
std::vector<Sequence> besidePud() {
    const auto device = [](std::uint64_t offset, std::uint64_t length) {
        return withOrders(mmapDev(offset, length, devicePhys, RECORDER_FAULT), allOrders);
    };
    return {
        special("pud_beside_pmd",
                {device(0, gib1), device(gib1, mib4), write(0), read(gib1), read(gib1 + mib2),
                 munmap(gib1 + mib1, kib4), read(gib1), munmap(0, gib1), munmap(gib1, mib4)}),
        special("pud_beside_anon",
                {device(0, gib1), mmapAnon(gib1, mib4), write(0), write(gib1), fork(), child(write(gib1)),
                 child(munmap(0, gib1)), childExit(), munmap(0, gib1), munmap(gib1, mib4)}),
        special("pud_then_pmd",
                {device(0, gib1), write(0), munmap(0, gib1), mmapDev(0, mib4, devicePhys, RECORDER_FAULT),
                 read(0), read(mib2), munmap(0, mib4)}),
        special("pmd_then_pud", {mmapDev(0, mib4, devicePhys, RECORDER_FAULT), read(0), munmap(0, mib4),
                                 device(0, gib1), write(0), munmap(0, gib1)}),
        special("pud_over_pmd_table",
                {mmapAnon(mib4, mib2), write(mib4), device(gib1, gib1), write(gib1), unmapMapping(0, gib1),
                 read(gib1), munmap(gib1, gib1), munmap(mib4, mib2)}),
        special("pud_misaligned_frame",
                {withOrders(mmapDev(0, gib1, devicePhys + mib2, RECORDER_FAULT), allOrders), write(0),
                 read(mib2), munmap(0, gib1)}),
        special("pud_misaligned_address", {device(mib2, gib1), write(mib2), read(mib4), munmap(mib2, gib1)}),
        special("pud_fork_parent_unmaps", {device(0, gib1), write(0), fork(), munmap(0, gib1), child(read(0)),
                                           child(munmap(0, gib1)), childExit()}),
        special("pud_madvise", {device(0, gib1), write(0), madvise(0, gib1, Advice::dontneed),
                                madvise(0, gib1, Advice::populateRead), madvise(0, gib1, Advice::collapse),
                                read(0), munmap(0, gib1)}),
        special("pud_shrink", {device(0, gib1), write(0), mremapResize(0, gib1, gib1 / 2), read(0)}),
    };
}

/// Tables that are in the way of a huge entry, and entries in the way of a table.
std::vector<Sequence> inTheWay() {
    const Step fault = mmapDev(0, mib4, devicePhys, RECORDER_FAULT);
    const Step pteOnly = withOrders(fault, RECORDER_ORDER_PTE);
    const Step all = munmap(0, mib4);
    return {
        special("fault_over_stale_pte_table",
                {pteOnly, read(0), unmapMapping(0, mib4), withOrders(fault, 3), read(0), read(mib2), all}),
        special("fault_after_split_and_zap",
                {fault, read(0), munmap(mib1, kib4), read(0), zapVmaPtes(0, mib1), read(0),
                 unmapMapping(0, mib4), read(0), read(mib2), all}),
        special("anon_over_stale_pte_table", {mmapAnon(0, mib4), write(0), munmap(mib1, kib4),
                                              munmap(0, mib1), mmapAnon(0, mib2), write(0), all}),
        special("remap_over_anon_hole",
                {mmapAnon(0, mib4), write(0), munmap(0, mib2), mmapDev(0, mib2, devicePhys, RECORDER_REMAP),
                 read(0), munmap(mib1, kib4), read(0), all}),
        special("anon_over_remap_hole",
                {mmapDev(0, mib4, devicePhys, RECORDER_REMAP), read(0), munmap(0, mib2), mmapAnon(0, mib2),
                 write(0), munmap(mib1, kib4), all}),
        special("fault_over_remap_hole",
                {mmapDev(0, mib4, devicePhys, RECORDER_REMAP), read(0), munmap(0, mib2),
                 mmapDev(0, mib2, devicePhys, RECORDER_FAULT), read(0), munmap(mib1, kib4), read(0), all}),
        special("mremap_over_mapping",
                {fault, read(0), mmapAnon(2 * mib4, mib4), write(2 * mib4), mremapTo(0, mib4, 2 * mib4, mib4),
                 read(2 * mib4), munmap(2 * mib4, mib4)}),
        special("mremap_to_stale_pte_table",
                {mmapAnon(0, mib4), write(0), munmap(mib1, kib4), munmap(0, mib1),
                 mmapDev(2 * mib4, mib2, devicePhys, RECORDER_FAULT), read(2 * mib4),
                 mremapTo(2 * mib4, mib2, 0, mib2), read(0), all}),
        special("mremap_anon_to_stale_pte_table",
                {mmapAnon(0, mib4), write(0), munmap(mib1, kib4), munmap(0, mib1), mmapAnon(2 * mib4, mib2),
                 write(2 * mib4), mremapTo(2 * mib4, mib2, 0, mib2), read(0), munmap(mib1, kib4), all}),
        special("private_fault", {privately(mmapDev(0, mib2, devicePhys, RECORDER_FAULT)), read(0)}),
    };
}

std::vector<Sequence> remapAgain() {
    const Step empty = mmapDev(0, mib4, devicePhys, RECORDER_NONE);
    const Step remap = mmapDev(0, mib4, devicePhys, RECORDER_REMAP);
    const Step all = munmap(0, mib4);
    const Step hole = munmap(mib1, kib4);
    return {
        special("remap_over_stale_pte_table",
                {empty, remapLater(0, kib4, devicePhys), read(0), zapVmaPtes(0, kib4),
                 remapLater(0, mib2, devicePhys), read(0), read(mib1), hole, read(0), munmap(0, mib1),
                 munmap(mib1 + kib4, 0x2ff000)}),
        special("remap_zap_remap",
                {remap, write(0), zapVmaPtes(0, mib4), read(0), remapLater(0, mib4, devicePhys), read(0),
                 read(mib2), hole, read(0), munmap(0, mib1), munmap(mib1 + kib4, 0x2ff000)}),
        special("remap_unmap_mapping_remap",
                {remap, write(0), unmapMapping(0, mib4), remapLater(0, mib4, devicePhys + mib4), read(0),
                 read(mib2), all}),
        special("remap_pieces",
                {empty, remapLater(0, mib1, devicePhys), remapLater(mib1, mib1, devicePhys + mib1),
                 remapLater(mib2, mib2, devicePhys + mib2), read(0), read(mib1), read(mib2), hole, read(0),
                 munmap(0, mib1), munmap(mib1 + kib4, 0x2ff000)}),
        special("zap_4k_in_remap", {remap, write(0), zapVmaPtes(mib1, kib4), read(0), read(mib1),
                                    remapLater(mib1, kib4, devicePhys + mib1), read(mib1), all}),
        special("double_remap", {remap, write(0), remapLater(0, mib4, devicePhys)}),
        special("double_remap_second_half",
                {empty, remapLater(0, mib2, devicePhys), read(0), remapLater(mib1, mib2, devicePhys + mib1)}),
        special("remap_over_fault_pmd",
                {mmapDev(0, mib4, devicePhys, RECORDER_FAULT), read(0), remapLater(0, mib2, devicePhys)}),
        special("remap_beside_fault_pmd", {mmapDev(0, mib4, devicePhys, RECORDER_FAULT), read(0),
                                           remapLater(mib2, mib2, devicePhys + mib2), read(mib2), hole,
                                           read(0), munmap(3 * mib1, kib4), read(mib2), munmap(0, mib4)}),
    };
}

std::vector<Sequence> mixtures() {
    const auto device = [](std::uint64_t offset, recorder_mode mode) {
        return mmapDev(offset, mib2, devicePhys + offset, mode);
    };
    return {
        special("mixed_one_pmd_page",
                {device(0, RECORDER_REMAP), device(mib2, RECORDER_FAULT), mmapAnon(mib4, mib2), read(0),
                 read(mib2), write(mib4), munmap(mib2, mib2), read(0), read(mib4), munmap(mib1, kib4),
                 read(0), munmap(5 * mib1, kib4), read(mib4), munmap(0, 2 * mib4)}),
        special("mixed_anon_first",
                {mmapAnon(0, mib2), device(mib2, RECORDER_REMAP), device(mib4, RECORDER_FAULT), write(0),
                 read(mib2), read(mib4), munmap(mib2, mib2), munmap(mib1, kib4), read(0), read(mib4),
                 munmap(0, 2 * mib4)}),
        special("mixed_fault_splits",
                {device(0, RECORDER_FAULT), mmapAnon(mib2, mib2), read(0), write(mib2), munmap(mib1, kib4),
                 read(0), munmap(3 * mib1, kib4), read(mib2), munmap(0, mib4)}),
        special("mixed_fork",
                {device(0, RECORDER_REMAP), device(mib2, RECORDER_FAULT), mmapAnon(mib4, mib2), read(0),
                 read(mib2), write(mib4), fork(), child(munmap(0, mib2)), child(write(mib4)),
                 child(munmap(mib4, mib2)), childExit(), read(0), read(mib2), munmap(0, 2 * mib4)}),
        special("mixed_mremap",
                {device(0, RECORDER_REMAP), device(mib2, RECORDER_FAULT), mmapAnon(mib4, mib2), read(0),
                 read(mib2), write(mib4), mremapTo(mib4, mib2, 4 * gib1, mib2),
                 mremapTo(mib2, mib2, 4 * gib1 + mib2, mib2), mremapTo(0, mib2, 4 * gib1 + mib4, mib2),
                 read(4 * gib1), read(4 * gib1 + mib2), read(4 * gib1 + mib4), munmap(4 * gib1, 2 * mib4)}),
        special("mixed_shmem", {device(0, RECORDER_FAULT), mmapShmem(mib2, mib2), mmapAnon(mib4, mib2),
                                write(0), write(mib2), write(mib4), munmap(3 * mib1, kib4), read(mib2),
                                munmap(5 * mib1, kib4), read(mib4), munmap(0, 2 * mib4)}),
        special("mixed_exit", {device(0, RECORDER_REMAP), device(mib2, RECORDER_FAULT), mmapAnon(mib4, mib2),
                               read(0), read(mib2), write(mib4)}),
    };
}

Steps depositOrder(const Step& map) {
    Steps steps = {map, write(0), write(mib2), write(mib4), write(mib4 + mib2)};
    for (const std::uint64_t at : {mib1, 3 * mib1, 5 * mib1, 7 * mib1})
        steps.push_back(munmap(at, kib4));
    steps.push_back(munmap(0, 2 * mib4));
    return steps;
}

Steps depositOrderBackward(const Step& map) {
    Steps steps = {map, write(mib4 + mib2), write(mib4), write(mib2), write(0)};
    for (const std::uint64_t at : {7 * mib1, mib1, 5 * mib1, 3 * mib1})
        steps.push_back(munmap(at, kib4));
    steps.push_back(munmap(0, 2 * mib4));
    return steps;
}

std::vector<Sequence> depositOrders() {
    const Step anon = mmapAnon(0, 2 * mib4);
    const Step remap = mmapDev(0, 2 * mib4, devicePhys, RECORDER_REMAP);
    return {
        special("deposit_order_anon", depositOrder(anon)),
        special("deposit_order_remap", depositOrder(remap)),
        special("deposit_order_fault", depositOrder(mmapDev(0, 2 * mib4, devicePhys, RECORDER_FAULT))),
        special("deposit_order_anon_backward", depositOrderBackward(anon)),
        special("deposit_order_remap_backward", depositOrderBackward(remap)),
        special("deposit_order_anon_zap", {anon, write(0), write(mib2), write(mib4), munmap(mib2, mib2),
                                           write(mib4 + mib2), munmap(mib1, kib4), munmap(0, 2 * mib4)}),
    };
}

std::vector<Sequence> anonymous() {
    const Step map = mmapAnon(0, mib4);
    const Step all = munmap(0, mib4);
    const Step hole = munmap(mib1, kib4);
    return {
        special("anon_zeropage", {map, read(0), hole, read(0), write(3 * kib4), read(mib2), write(mib2),
                                  fork(), child(write(mib2)), childExit(), all}),
        special("anon_fork_cow",
                {map, write(0), write(mib2), fork(), child(write(0)), child(munmap(3 * mib1, kib4)),
                 child(read(mib2)), write(mib2), childExit(), all}),
        special("anon_collapse", {map, write(0), hole, mmapAnon(mib1, kib4), write(mib1),
                                  madvise(0, mib2, Advice::collapse), read(0), all}),
        special("anon_collapse_nohuge",
                {map, madvise(0, mib4, Advice::nohugepage), write(0), write(kib4),
                 madvise(0, mib4, Advice::hugepage), madvise(0, mib2, Advice::collapse), read(0), hole, all}),
        special("anon_mprotect_split", {map, write(0), mprotect(mib1, mib1, ro), write(0), write(mib1),
                                        mprotect(mib1, mib1, rw), write(mib1), all}),
        special("anon_fork_mremap", {map, write(0), write(mib2), fork(), mremapTo(0, mib4, 4 * gib1, mib4),
                                     child(read(0)), write(4 * gib1), childExit(), munmap(4 * gib1, mib4)}),
        special("anon_dontneed_pmd",
                {map, write(0), write(mib2), madvise(0, mib2, Advice::dontneed), read(0), write(0), all}),
        special("anon_free_pmd", {map, write(0), write(mib2), madvise(0, mib2, Advice::free), read(0),
                                  madvise(mib2, mib1, Advice::free), read(mib2), all}),
    };
}

std::vector<Sequence> oneOffs() {
    const Step fault2m = mmapDev(0, mib2, devicePhys, RECORDER_FAULT);
    const Step all2m = munmap(0, mib2);
    const Step hole = munmap(mib1, kib4);
    const Step privateRemap = privately(mmapDev(0, mib4, devicePhys, RECORDER_REMAP));
    return {
        special("fault_pteonly", {withOrders(fault2m, RECORDER_ORDER_PTE), read(0), write(3 * kib4),
                                  read(mib1), hole, read(0), munmap(0, mib1), munmap(mib1 + kib4, 0xff000)}),
        special("fault_pmdonly", {withOrders(fault2m, RECORDER_ORDER_PMD), read(0), hole, read(0),
                                  read(mib1 + kib4), munmap(0, mib2)}),
        special("pte_then_pmd_fault",
                {fault2m, read(0), unmapMapping(mib1, kib4), read(0), unmapMapping(0, mib2), read(0), all2m}),
        special("remap_faultpte_zap",
                {mmapDev(0, mib4, devicePhys, RECORDER_REMAP_FAULTPTE), read(0), zapVmaPtes(0, mib2), read(0),
                 write(mib1), hole, read(0), munmap(0, mib4)}),
        special("sigbus", {mmapDev(0, mib2, devicePhys, RECORDER_SIGBUS), read(0), write(kib4), all2m}),
        special("none", {mmapDev(0, mib2, devicePhys, RECORDER_NONE), read(0), write(kib4), all2m}),
        special("private_cow", {privateRemap, read(0), write(3 * kib4), read(3 * kib4), read(4 * kib4),
                                write(mib2), read(mib2 + kib4), fork(), child(write(3 * kib4)),
                                child(write(5 * kib4)), childExit(), munmap(0, mib4)}),
        special("private_cow_split", {privateRemap, write(3 * kib4), hole, read(0), write(0),
                                      mprotect(0, mib1, ro), write(kib4), munmap(0, mib4)}),
        special("private_cow_dontneed", {privateRemap, write(3 * kib4), madvise(0, mib4, Advice::dontneed),
                                         read(0), munmap(0, mib4)}),
    };
}

} // namespace

std::vector<Sequence> specialSequences() {
    std::vector<Sequence> all = {
        // first: the cache modes below leave memory types behind that this range would clash with
        special("remap_1g", {mmapDev(0, gib1, devicePhys, RECORDER_REMAP), read(0), read(0x3fff000),
                             write(mib2), munmap(mib1, kib4), munmap(0, gib1)}),
        cacheModes("cache_fault", 0x42000000, RECORDER_FAULT),
        cacheModes("cache_remap", 0x43000000, RECORDER_REMAP),
        shapes("remap_shapes", RECORDER_REMAP),
        shapes("fault_shapes", RECORDER_FAULT),
        failures("remap_fail_nth", mib4, RECORDER_REMAP, 5),
        failures("remap_fail_2m", mib2, RECORDER_REMAP, 4),
        failures("remap_fail_sigbus", mib4, RECORDER_REMAP_SIGBUS, 5),
        failuresLater(),
    };
    for (auto group : {mixtures(), depositOrders(), anonymous(), oneOffs(), inTheWay(), remapAgain(),
                       besidePud(), pudSequences()})
        all.insert(all.end(), std::make_move_iterator(group.begin()), std::make_move_iterator(group.end()));
    all.push_back(cachePud());
    return all;
}

std::vector<Sequence> allSequences() {
    std::vector<Sequence> all = genericSequences();
    for (const auto& others : {randomSequences(), specialSequences(), combinationSequences(),
                               variationSequences(), mixtureSequences()})
        all.insert(all.end(), others.begin(), others.end());
    return all;
}

} // namespace pfnscope::record
