// SPDX-License-Identifier: GPL-3.0-or-later
// The first process of the recorded machine. It loads the module, records the sequences that /sequences
// names, and switches the machine off. `init --list` prints the names of all sequences on any machine.
#include "recorder.h"
#include "worker.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using namespace pfnscope::record;

void put(const char* path, const char* text) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return; // not every kernel has every knob
    if (write(file, text, std::strlen(text)) < 0)
        std::fprintf(stderr, "%s: %s\n", path, std::strerror(errno));
    close(file);
}

void mountAll() {
    for (const char* folder : {"/proc", "/sys", "/dev", hugeTmpfs})
        mkdir(folder, 0755);
    mount("proc", "/proc", "proc", 0, nullptr);
    mount("sysfs", "/sys", "sysfs", 0, nullptr);
    mount("devtmpfs", "/dev", "devtmpfs", 0, nullptr);
    mount("debugfs", "/sys/kernel/debug", "debugfs", 0, nullptr);
    mount("tmpfs", hugeTmpfs, "tmpfs", 0, "huge=always");
}

/// Nothing may change a page table behind a sequence's back.
void quieten() {
    put("/sys/kernel/mm/transparent_hugepage/enabled", "always");
    put("/sys/kernel/mm/transparent_hugepage/defrag", "always");
    put("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "4000000000");
    put("/sys/kernel/mm/transparent_hugepage/khugepaged/alloc_sleep_millisecs", "4000000000");
    put("/sys/kernel/mm/lru_gen/enabled", "0");
    put("/proc/sys/kernel/panic_on_oops", "0");
}

bool loadModule() {
    const int file = open("/pfnscope_recorder.ko", O_RDONLY | O_CLOEXEC);
    return file >= 0 && syscall(SYS_finit_module, file, "", 0) == 0;
}

std::set<std::string> wantedSequences() {
    std::ifstream file("/sequences");
    return {std::istream_iterator<std::string>(file), std::istream_iterator<std::string>()};
}

bool asksForRawBits() {
    std::ifstream file("/proc/cmdline");
    const std::set<std::string> words{std::istream_iterator<std::string>(file),
                                      std::istream_iterator<std::string>()};
    return words.contains("pfnscope_raw");
}

[[noreturn]] void switchOff() {
    sync();
    reboot(RB_AUTOBOOT);
    for (;;)
        pause();
}

void tell(int output, const std::string& line) {
    if (write(output, (line + "\n").c_str(), line.size() + 1) < 0)
        std::fprintf(stderr, "cannot write to the host: %s\n", std::strerror(errno));
}

void recordAll(const Channels& channels) {
    const std::set<std::string> wanted = wantedSequences();
    const SoftDirty softDirty = asksForRawBits() ? SoftDirty::kept : SoftDirty::dropped;
    const bool canFail = ioctl(channels.device, RECORDER_IOC_CAN_FAIL) == 1;
    tell(channels.output,
         std::string("~machine {\"allocations_can_fail\":") + (canFail ? "true" : "false") + "}");
    lseek(channels.kernelLog, 0, SEEK_END);
    for (const Sequence& sequence : allSequences()) {
        if (!wanted.contains(sequence.name))
            continue;
        if (sequence.wantsFailures && !canFail) {
            tell(channels.output, "~left_out {\"seq\":\"" + sequence.name + "\"}");
            continue;
        }
        put("/sys/kernel/debug/clear_warn_once", "1");
        if (Recorder(channels, sequence, softDirty).run() == Machine::suspect)
            return;
    }
    tell(channels.output, "~finished {}");
}

int runAsInit() {
    mountAll();
    quieten();
    if (!loadModule())
        std::fprintf(stderr, "pfnscope: the module cannot be loaded: %s\n", std::strerror(errno));
    Channels channels;
    channels.device = open("/dev/" RECORDER_DEVICE, O_RDWR | O_CLOEXEC);
    channels.output = open("/dev/vport0p1", O_WRONLY | O_CLOEXEC);
    channels.kernelLog = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (channels.device < 0 || channels.output < 0 || channels.kernelLog < 0)
        std::fprintf(stderr, "pfnscope: device %d, port %d, kernel log %d\n", channels.device,
                     channels.output, channels.kernelLog);
    else
        recordAll(channels);
    switchOff();
}

} // namespace

int main(int argc, char** argv) {
    const std::string word = argc > 1 ? argv[1] : "";
    if (word == "worker")
        runWorker();
    if (word == "--list") {
        for (const Sequence& sequence : allSequences())
            std::puts(sequence.name.c_str());
        return 0;
    }
    if (getpid() != 1) {
        std::fprintf(stderr, "init of a recorded machine; --list prints the sequences\n");
        return 2;
    }
    return runAsInit();
}
