// SPDX-License-Identifier: GPL-3.0-or-later
#include "worker.h"

#include "step.h"

#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// Made by the linker.
extern "C" const char __executable_start;
extern "C" const char _end;

namespace pfnscope::record {

namespace {

sigjmp_buf beforeAccess;
siginfo_t caught;
pid_t forkedChild = 0;

void onSignal(int, siginfo_t* info, void*) {
    caught = *info;
    siglongjmp(beforeAccess, 1);
}

void catchSignals() {
    struct sigaction action {};
    action.sa_sigaction = onSignal;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, nullptr);
    sigaction(SIGBUS, &action, nullptr);
}

Outcome access(const Step& step) {
    Outcome outcome;
    if (sigsetjmp(beforeAccess, 0) != 0) {
        outcome.signal = caught.si_signo;
        outcome.signalCode = caught.si_code;
        outcome.signalAddress = reinterpret_cast<std::uintptr_t>(caught.si_addr);
        return outcome;
    }
    auto* word = reinterpret_cast<volatile std::uint64_t*>(step.va);
    if (step.verb == Verb::read)
        outcome.value = *word;
    else
        word[1] = 0x70666e73636f7065; // the second word: the first one is the page's frame number
    return outcome;
}

Outcome answer(std::int64_t returned) {
    Outcome outcome;
    outcome.returned = returned;
    outcome.error = returned == -1 ? errno : 0;
    return outcome;
}

Outcome answer(void* address) {
    return answer(
        address == MAP_FAILED ? -1 : static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(address)));
}

void* at(std::uint64_t va) {
    return reinterpret_cast<void*>(va);
}

Outcome mapDevice(const Step& step) {
    recorder_setup setup{};
    setup.phys = step.device.phys;
    setup.mode = step.device.mode;
    setup.cache = step.device.cache;
    setup.orders = step.device.orders;
    setup.fail_nth = step.device.failNth;
    if (ioctl(deviceFile, RECORDER_IOC_SETUP, &setup) != 0)
        return answer(std::int64_t{-1});
    const int sharing = step.device.sharing == Sharing::shared ? MAP_SHARED : MAP_PRIVATE;
    Outcome outcome =
        answer(mmap(at(step.va), step.length, PROT_READ | PROT_WRITE, sharing | MAP_FIXED, deviceFile, 0));
    ioctl(deviceFile, RECORDER_IOC_REMAP_RESULT, &outcome.remap);
    return outcome;
}

Outcome mapAnonymous(const Step& step) {
    return answer(mmap(at(step.va), step.length, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
}

Outcome mapShmem(const Step& step) {
    char path[64];
    std::snprintf(path, sizeof path, "%s/%llx", hugeTmpfs, static_cast<unsigned long long>(step.va));
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file < 0)
        return answer(std::int64_t{-1});
    unlink(path);
    Outcome outcome = answer(std::int64_t{ftruncate(file, static_cast<off_t>(step.length))});
    if (outcome.returned == 0)
        outcome =
            answer(mmap(at(step.va), step.length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0));
    close(file);
    return outcome;
}

Outcome tellDevice(const Step& step, unsigned long request) {
    recorder_range range{};
    range.va = step.va;
    range.len = step.length;
    range.phys = step.device.phys;
    range.fail_nth = step.device.failNth;
    Outcome outcome = answer(std::int64_t{ioctl(deviceFile, request, &range)});
    ioctl(deviceFile, RECORDER_IOC_REMAP_RESULT, &outcome.remap);
    return outcome;
}

Outcome move(const Step& step) {
    const int flags = MREMAP_MAYMOVE | (step.newVa ? MREMAP_FIXED : 0);
    return answer(mremap(at(step.va), step.length, step.newLength, flags, at(step.newVa)));
}

/// Waits for half a second at most; the recorder asks again, or gives the child up.
Outcome waitForChild() {
    Outcome outcome;
    outcome.childEnd = ChildEnd::hung;
    for (int pauses = 0; pauses < 50; ++pauses) {
        int status = 0;
        if (waitpid(forkedChild, &status, WNOHANG) == forkedChild) {
            outcome.childEnd = WIFEXITED(status) ? ChildEnd::exited : ChildEnd::killed;
            outcome.childStatus = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
            break;
        }
        const timespec pause{0, 10'000'000};
        nanosleep(&pause, nullptr);
    }
    return outcome;
}

Outcome perform(const Step& step) {
    switch (step.verb) {
    case Verb::mmapDev:
        return mapDevice(step);
    case Verb::mmapAnon:
        return mapAnonymous(step);
    case Verb::mmapShmem:
        return mapShmem(step);
    case Verb::read:
    case Verb::write:
        return access(step);
    case Verb::munmap:
        return answer(std::int64_t{munmap(at(step.va), step.length)});
    case Verb::mprotect:
        return answer(std::int64_t{mprotect(at(step.va), step.length, protectionBits(step.protection))});
    case Verb::mremap:
        return move(step);
    case Verb::madvise:
        return answer(std::int64_t{madvise(at(step.va), step.length, adviceNumber(step.advice))});
    case Verb::msync:
        return answer(std::int64_t{msync(at(step.va), step.length, MS_SYNC)});
    case Verb::mlock:
        return answer(std::int64_t{mlock(at(step.va), step.length)});
    case Verb::unmapMappingRange:
        return tellDevice(step, RECORDER_IOC_UNMAP_MAPPING_RANGE);
    case Verb::remapPfnRange:
        return tellDevice(step, RECORDER_IOC_REMAP_PFN_RANGE);
    case Verb::zapVmaPtes:
        return tellDevice(step, RECORDER_IOC_ZAP_VMA_PTES);
    case Verb::waitForChild:
        return waitForChild();
    case Verb::exit:
        _exit(0);
    case Verb::start:
    case Verb::fork:
        break;
    }
    return Outcome{};
}

[[noreturn]] void serve(int commands, int replies);

/// fork leaves the maps of the program's file to faults. Their tables are made here and now, so that the
/// first dump of the child has them as all later ones do.
void touchOwnProgram() {
    for (const volatile char* byte = &__executable_start; byte < &_end; byte += mib2)
        (void)*byte;
}

/// In the parent: the outcome. The child goes to serve its own pipe.
Outcome forkHere() {
    const pid_t child = fork();
    if (child == 0) {
        close(commandsToParent);
        close(repliesOfParent);
        touchOwnProgram();
        serve(commandsToChild, repliesOfChild);
    }
    const int error = errno;
    close(commandsToChild);
    close(repliesOfChild);
    forkedChild = child;
    Outcome outcome;
    outcome.returned = child < 0 ? -1 : 0;
    outcome.error = child < 0 ? error : 0;
    outcome.childPid = child;
    return outcome;
}

void serve(int commands, int replies) {
    Step step;
    while (::read(commands, &step, sizeof step) == static_cast<ssize_t>(sizeof step)) {
        const Outcome outcome = step.verb == Verb::fork ? forkHere() : perform(step);
        if (::write(replies, &outcome, sizeof outcome) != static_cast<ssize_t>(sizeof outcome))
            break;
    }
    _exit(1);
}

} // namespace

void runWorker() {
    catchSignals();
    serve(commandsToParent, repliesOfParent);
}

} // namespace pfnscope::record
