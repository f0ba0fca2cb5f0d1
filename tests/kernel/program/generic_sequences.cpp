// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps.h"

namespace pfnscope::record {

namespace {

constexpr auto rw = Protection::readWrite;
constexpr auto ro = Protection::readOnly;
constexpr auto none = Protection::none;

constexpr std::uint64_t samePmdPage = 0x1000000;
constexpr std::uint64_t otherPmdPage = 0x100000000;
constexpr std::uint64_t end4k = mib4 - kib4;

std::vector<Operation> unmapping() {
    const Step all = munmap(0, mib4);
    const Step hole = munmap(mib1, kib4);
    return {
        {"rw", {read(0), write(mib2 + kib4), read(end4k), all}},
        {"exit", {}},
        {"munmap_mid4k",
         {hole, read(0), write(kib4), read(mib1 - kib4), read(mib1), read(mib1 + kib4), read(mib2 - kib4),
          read(mib2), munmap(0, mib1), munmap(mib1 + kib4, 0x2ff000)}},
        {"munmap_head4k",
         {munmap(0, kib4), read(0), read(kib4), write(2 * kib4), read(mib2), munmap(kib4, end4k)}},
        {"munmap_tail4k",
         {munmap(mib2 - kib4, kib4), read(0), write(kib4), read(mib2 - kib4), read(mib2),
          munmap(0, mib2 - kib4), munmap(mib2, mib2)}},
        {"munmap_half",
         {munmap(mib1, mib1), read(0), read(mib1), read(mib2), munmap(0, mib1), munmap(mib2, mib2)}},
        {"munmap_one_pmd", {munmap(0, mib2), read(0), read(mib2), munmap(mib2, mib2)}},
        {"munmap_span_two_pmds",
         {munmap(mib1, mib2), read(0), read(mib1), read(3 * mib1), munmap(0, mib1), munmap(3 * mib1, mib1)}},
        {"split_then_exit", {hole, read(mib1 + kib4)}},
        {"msync_mlock", {msync(0, mib4), mlock(0, mib4), read(0), write(mib2), all}},
    };
}

std::vector<Operation> protecting() {
    const Step all = munmap(0, mib4);
    return {
        {"mprotect_half",
         {mprotect(mib1, mib1, ro), read(0), write(3 * kib4), read(mib1), write(mib1), write(4 * kib4),
          read(mib2 - kib4), mprotect(mib1, mib1, rw), write(mib1), all}},
        {"mprotect_one_pmd",
         {mprotect(0, mib2, ro), read(0), write(0), mprotect(0, mib2, rw), write(0), mprotect(0, mib2, none),
          read(0), mprotect(0, mib2, rw), read(0), all}},
        {"mprotect_all",
         {mprotect(0, mib4, ro), read(0), write(mib2), mprotect(0, mib4, rw), write(0), write(mib2), all}},
        {"protnone_then_split",
         {mprotect(0, mib2, none), munmap(mib1, kib4), read(0), mprotect(0, mib1, rw), read(0),
          write(3 * kib4), munmap(0, mib1), munmap(mib1 + kib4, 0x2ff000)}},
        {"mprotect_second_half",
         {mprotect(3 * mib1, mib1, ro), read(mib2), write(mib2 + kib4), read(3 * mib1), write(3 * mib1),
          mprotect(3 * mib1, mib1, rw), write(3 * mib1), read(0), all}},
        {"mprotect_second_pmd",
         {mprotect(mib2, mib2, ro), read(mib2), write(mib2), mprotect(mib2, mib2, rw), write(mib2),
          mprotect(mib2, mib2, none), read(mib2), mprotect(mib2, mib2, rw), read(mib2), read(0), all}},
        {"munmap_second_then_mprotect_first",
         {munmap(mib2, mib2), mprotect(0, mib1, ro), read(0), write(0), read(mib1), write(mib1),
          mprotect(0, mib1, rw), write(0), munmap(0, mib2)}},
    };
}

std::vector<Operation> forking() {
    const Step all = munmap(0, mib4);
    const Step hole = munmap(mib1, kib4);
    const Step rest = munmap(mib1 + kib4, 0x2ff000);
    return {
        {"fork_child_exit", {fork(), childExit(), read(0), all}},
        {"fork_touch",
         {fork(), child(read(0)), child(write(3 * kib4)), write(3 * kib4), child(read(mib2)), childExit(),
          all}},
        {"fork_child_munmap4k",
         {fork(), child(hole), child(read(0)), child(read(mib1)), read(0), read(mib1), childExit(), all}},
        {"fork_child_mprotect_half",
         {fork(), child(mprotect(mib1, mib1, ro)), child(read(0)), child(write(mib1)), write(mib1),
          child(read(mib1)), childExit(), all}},
        {"fork_parent_munmap_all", {fork(), all, child(read(0)), child(write(mib2)), childExit()}},
        {"fork_parent_munmap4k",
         {fork(), hole, read(0), child(read(0)), child(read(mib1)), childExit(), munmap(0, mib1), rest}},
        {"split_then_fork",
         {hole, read(0), fork(), child(read(0)), child(write(kib4)), child(read(mib2)), write(2 * kib4),
          childExit(), munmap(0, mib1), rest}},
        {"fork_both_exit", {fork(), child(read(0)), childExit()}},
        {"fork_child_munmap_second4k",
         {fork(), child(munmap(3 * mib1, kib4)), child(read(mib2)), child(read(3 * mib1)), read(mib2),
          read(0), childExit(), all}},
        {"fork_child_munmap_second_then_split_first",
         {fork(), child(munmap(mib2, mib2)), child(hole), child(read(0)), child(read(mib1)), read(0),
          read(mib2), childExit(), all}},
        {"fork_parent_munmap_second_then_split_first",
         {fork(), munmap(mib2, mib2), hole, read(0), child(read(0)), child(read(mib2)), childExit(),
          munmap(0, mib1), munmap(mib1 + kib4, 0xff000)}},
    };
}

std::vector<Operation> moving() {
    const auto afterMove = [](std::uint64_t to) -> Steps {
        return {mremapTo(0, mib4, to, mib4), read(0), read(to), read(to + mib2), munmap(to, mib4)};
    };
    return {
        {"mremap_same_pmd_page", afterMove(samePmdPage)},
        {"mremap_other_pmd_page", afterMove(otherPmdPage)},
        {"mremap_one_pmd_other_page",
         {mremapTo(0, mib2, otherPmdPage, mib2), read(0), read(otherPmdPage), read(mib2),
          munmap(otherPmdPage, mib2), munmap(mib2, mib2)}},
        {"mremap_unaligned",
         {mremapTo(0, mib4, samePmdPage + kib4, mib4), read(samePmdPage + kib4),
          read(samePmdPage + mib1 + kib4), read(samePmdPage + mib2 + kib4),
          munmap(samePmdPage + kib4, mib4)}},
        {"mremap_half",
         {mremapTo(mib1, mib1, samePmdPage, mib1), read(0), read(samePmdPage), read(mib2), munmap(0, mib1),
          munmap(samePmdPage, mib1), munmap(mib2, mib2)}},
        {"mremap_shrink_grow",
         {mremapResize(0, mib4, 3 * mib1), read(mib2), read(3 * mib1), mremapResize(0, 3 * mib1, mib4),
          read(mib2), read(3 * mib1), munmap(0, 3 * mib1)}},
        {"mremap_second_other_page",
         {mremapTo(mib2, mib2, otherPmdPage, mib2), read(mib2), read(otherPmdPage), read(0),
          munmap(otherPmdPage, mib2), munmap(0, mib2)}},
        {"mremap_first_then_second",
         {mremapTo(0, mib2, otherPmdPage, mib2), mremapTo(mib2, mib2, otherPmdPage + mib2, mib2),
          read(otherPmdPage), read(otherPmdPage + mib2), munmap(otherPmdPage, mib4)}},
        {"mremap_then_split",
         {mremapTo(0, mib4, otherPmdPage, mib4), munmap(otherPmdPage + mib1, kib4), read(otherPmdPage),
          read(otherPmdPage + mib2), munmap(otherPmdPage, mib1),
          munmap(otherPmdPage + mib1 + kib4, 0x2ff000)}},
    };
}

std::vector<Operation> advising() {
    const Step all = munmap(0, mib4);
    const auto advise = [](Advice advice) { return madvise(0, mib4, advice); };
    return {
        {"dontneed_full",
         {advise(Advice::dontneed), read(0), madvise(mib1, kib4, Advice::dontneed), read(mib1), all}},
        {"dontneed_4k", {madvise(mib1, kib4, Advice::dontneed), read(0), read(mib1), read(mib1 + kib4), all}},
        {"madvise_misc",
         {advise(Advice::free), advise(Advice::cold), advise(Advice::pageout), advise(Advice::populateRead),
          advise(Advice::populateWrite), advise(Advice::collapse), advise(Advice::hugepage),
          advise(Advice::nohugepage), advise(Advice::dontfork), advise(Advice::dofork), read(0), write(mib2),
          all}},
    };
}

std::vector<Operation> drivenByDevice() {
    const Step all = munmap(0, mib4);
    const Step hole = munmap(mib1, kib4);
    std::vector<Operation> operations = {
        {"unmap_mapping_full", {unmapMapping(0, mib4), read(0), write(3 * kib4), read(mib2), all}},
        {"unmap_mapping_4k",
         {unmapMapping(mib1, kib4), read(mib1), read(0), read(mib1 + kib4), read(mib2), all}},
        {"unmap_mapping_second4k",
         {unmapMapping(3 * mib1, kib4), read(3 * mib1), read(mib2), read(3 * mib1 + kib4), read(0), all}},
        {"unmap_mapping_both4k",
         {unmapMapping(mib1, kib4), unmapMapping(3 * mib1, kib4), read(mib1), read(3 * mib1), read(0),
          read(mib2), all}},
        {"unmap_mapping_first_pmd", {unmapMapping(0, mib2), read(mib2), read(0), write(3 * kib4), all}},
        {"unmap_mapping_second_then_split_first",
         {unmapMapping(mib2, mib2), hole, read(0), read(mib1), read(mib2), munmap(0, mib1),
          munmap(mib1 + kib4, 0x2ff000)}},
        {"zap_then_refault",
         {zapVmaPtes(0, mib2), read(0), read(mib2), zapVmaPtes(0, mib4), read(0), read(mib2), all}},
    };
    for (Operation& operation : operations)
        operation.byDriver = true;
    return operations;
}

std::vector<Operation> perHalf() {
    const Step hole = munmap(mib1, kib4);
    const Step secondHole = munmap(3 * mib1, kib4);
    const Step rest = munmap(mib1 + kib4, 0xff000);
    return {
        {"munmap_second4k",
         {secondHole, read(mib2), write(mib2 + kib4), read(3 * mib1), read(3 * mib1 + kib4), read(end4k),
          read(0), munmap(0, 3 * mib1), munmap(3 * mib1 + kib4, 0xff000)}},
        {"munmap_both4k",
         {hole, secondHole, read(0), read(mib1), read(mib2), read(3 * mib1), munmap(0, mib1),
          munmap(mib1 + kib4, 0x1ff000), munmap(3 * mib1 + kib4, 0xff000)}},
        {"munmap_second_then_first", {munmap(mib2, mib2), read(0), read(mib2), munmap(0, mib2)}},
        {"munmap_first_then_second", {munmap(0, mib2), read(mib2), read(0), munmap(mib2, mib2)}},
        {"munmap_second_then_split_first",
         {munmap(mib2, mib2), hole, read(0), write(kib4), read(mib1), munmap(0, mib1), rest}},
        {"munmap_first_then_split_second",
         {munmap(0, mib2), secondHole, read(mib2), write(mib2 + kib4), read(3 * mib1), munmap(mib2, mib1),
          munmap(3 * mib1 + kib4, 0xff000)}},
        {"split_second_then_split_first",
         {secondHole, hole, read(mib2), read(0), read(mib1 + kib4), read(3 * mib1 + kib4), munmap(0, mib1),
          munmap(mib1 + kib4, 0x1ff000), munmap(3 * mib1 + kib4, 0xff000)}},
        {"munmap_second_then_exit", {munmap(mib2, mib2), read(0)}},
    };
}

} // namespace

std::vector<Operation> operations() {
    std::vector<Operation> all;
    for (const auto& group :
         {unmapping(), protecting(), forking(), moving(), advising(), drivenByDevice(), perHalf()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

std::vector<Source> sources() {
    const auto device = [](recorder_mode mode) { return mmapDev(0, mib4, devicePhys, mode); };
    return {
        {"F", device(RECORDER_FAULT)},
        {"R", device(RECORDER_REMAP)},
        {"S", device(RECORDER_REMAP_SIGBUS)},
        {"G", device(RECORDER_REMAP_FAULT)},
        {"T", device(RECORDER_REMAP_THEN_OPS)},
        {"P", privately(device(RECORDER_REMAP))},
        {"A", mmapAnon(0, mib4), false},
        {"H", mmapShmem(0, mib4), false},
        {"M", device(RECORDER_REMAP_FIRST2M_FAULT)},
        {"N", device(RECORDER_REMAP_FIRST2M_SIGBUS)},
        {"K", device(RECORDER_KERNFS_SIGBUS)},
        {"L", device(RECORDER_KERNFS_FAULTPTE)},
        {"J", device(RECORDER_KERNFS_SIGBUS_MKWRITE)},
        {"Q", device(RECORDER_OPS_THEN_NONE)},
    };
}

std::vector<Sequence> genericSequences() {
    std::vector<Sequence> sequences;
    for (const Source& source : sources())
        for (const Operation& operation : operations()) {
            if (operation.byDriver && !source.fromDevice)
                continue;
            Sequence sequence{source.letter + "/" + operation.name, source.letter, {}};
            sequence.steps = {source.map, write(3 * kib4), read(mib2)};
            sequence.steps.insert(sequence.steps.end(), operation.steps.begin(), operation.steps.end());
            sequences.push_back(std::move(sequence));
        }
    return sequences;
}

} // namespace pfnscope::record
