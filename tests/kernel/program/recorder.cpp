// SPDX-License-Identifier: GPL-3.0-or-later
#include "recorder.h"

#include "worker.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sstream>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace pfnscope::record {

namespace {

constexpr int patienceSeconds = 40;
constexpr int patienceAfterOops = 2;
constexpr int childPatienceHalfSeconds = 60;

std::string readWhole(const std::string& path) {
    std::string text;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    char buffer[4096];
    for (ssize_t got = 0; file >= 0 && (got = read(file, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    if (file >= 0)
        close(file);
    return text;
}

/// Of /proc/PID/status, in KiB.
long vmPte(pid_t pid) {
    const std::string status = readWhole("/proc/" + std::to_string(pid) + "/status");
    const std::size_t at = status.find("VmPTE:");
    return at == std::string::npos ? 0 : std::strtol(status.c_str() + at + 6, nullptr, 10);
}

/// Reservations of memory types but UC-, which is what a frame without any has too.
std::string unusualMemtypes() {
    std::istringstream list(readWhole("/sys/kernel/debug/x86/pat_memtype_list"));
    std::string found;
    for (std::string line; std::getline(list, line);)
        if (line.find("uncached-minus") == std::string::npos)
            found += line + '\n';
    return found;
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

} // namespace

Recorder::Recorder(const Channels& channels, const Sequence& sequence, SoftDirty softDirty)
    : channels_(channels), sequence_(sequence), softDirty_(softDirty) {
    start_.va = windowBase;
    memtypesBefore_ = unusualMemtypes();
}

void Recorder::say(const std::string& line) const {
    const std::string text = line + "\n";
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(channels_.output, text.data() + done, text.size() - done);
        if (written <= 0)
            return;
        done += static_cast<std::size_t>(written);
    }
}

/// A fresh program image with five descriptors; everything else of the recorder's is closed on exec.
bool Recorder::startWorker() {
    int pipes[4][2];
    for (auto& ends : pipes)
        if (pipe2(ends, O_CLOEXEC) != 0)
            return false;
    parent_.pid = ::fork();
    if (parent_.pid == 0) {
        dup2(pipes[0][0], commandsToParent);
        dup2(pipes[1][1], repliesOfParent);
        dup2(pipes[2][0], commandsToChild);
        dup2(pipes[3][1], repliesOfChild);
        const int device = open("/dev/" RECORDER_DEVICE, O_RDWR | O_CLOEXEC);
        dup2(device, deviceFile);
        execl("/init", "init", "worker", nullptr);
        _exit(127);
    }
    parent_.commands = pipes[0][1];
    parent_.replies = pipes[1][0];
    child_.commands = pipes[2][1];
    child_.replies = pipes[3][0];
    for (const int end : {pipes[0][0], pipes[1][1], pipes[2][0], pipes[3][1]})
        close(end);
    return parent_.pid > 0;
}

/// Nothing when the process died, or was silent for longer than any step takes.
std::optional<Outcome> Recorder::replyOf(Recorded& process) {
    for (int waited = 0; waited < (kernelComplained_ ? patienceAfterOops : patienceSeconds); ++waited) {
        pollfd ready{process.replies, POLLIN, 0};
        if (poll(&ready, 1, 1000) > 0) {
            Outcome outcome;
            if (::read(process.replies, &outcome, sizeof outcome) == static_cast<ssize_t>(sizeof outcome))
                return outcome;
            return std::nullopt;
        }
        readKernelLog();
    }
    somethingHung_ = true;
    return std::nullopt;
}

std::optional<Outcome> Recorder::order(Recorded& process, const Step& step) {
    if (::write(process.commands, &step, sizeof step) != static_cast<ssize_t>(sizeof step))
        return std::nullopt;
    return replyOf(process);
}

/// The child does not answer its last order; the parent waits for it and tells.
std::optional<Outcome> Recorder::endChild(const Step& step) {
    if (::write(child_.commands, &step, sizeof step) != static_cast<ssize_t>(sizeof step))
        return std::nullopt;
    Step wait;
    wait.verb = Verb::waitForChild;
    std::optional<Outcome> outcome;
    for (int asked = 0; asked < (kernelComplained_ ? 2 * patienceAfterOops : childPatienceHalfSeconds);
         ++asked) {
        outcome = order(parent_, wait);
        if (!outcome || outcome->childEnd != ChildEnd::hung)
            break;
        readKernelLog();
    }
    child_.pid = 0;
    if (outcome && outcome->childEnd == ChildEnd::hung)
        somethingHung_ = true;
    return outcome;
}

std::optional<DumpText> Recorder::dump(const Recorded& process) {
    recorder_window window{};
    window.pid = process.pid;
    window.start = windowBase;
    window.end = windowBase + windowLength;
    if (ioctl(channels_.device, RECORDER_IOC_DUMP, &window) != 0)
        return std::nullopt;
    std::vector<std::uint64_t> words(window.words);
    const std::size_t size = words.size() * sizeof(std::uint64_t);
    if (pread(channels_.device, words.data(), size, 0) != static_cast<ssize_t>(size))
        return std::nullopt;
    return dumpText(words, baseline_, names_, softDirty_);
}

/// VmPTE, counts and mm of one process, with `child_` before the names for the forked one.
std::string Recorder::processText(Recorded& process, const std::string& prefix) {
    std::string text = ",\"" + prefix + "VmPTE_kB\":" + std::to_string(vmPte(process.pid));
    const std::optional<DumpText> now = dump(process);
    if (!now)
        return text;
    if (step_ == 0)
        text += ",\"base_pgtables_bytes\":" + std::to_string(baseline_.pgtablesBytes);
    text += ",\"" + prefix + "n\":" + countsText(now->counts) + ",\"" + prefix + "mm\":";
    text += now->mm == process.lastMm ? quoted("=") : now->mm;
    process.lastMm = now->mm;
    return text;
}

std::string Recorder::handlerCallsText() const {
    recorder_calls calls{};
    if (ioctl(channels_.device, RECORDER_IOC_CALLS, &calls) != 0)
        return "";
    std::string text;
    const auto add = [&text](const char* name, std::uint32_t count) {
        if (count != 0)
            text += (text.empty() ? "" : ",") + quoted(name) + ":" + std::to_string(count);
    };
    add("pte", calls.pte);
    add("pmd", calls.pmd);
    add("pud", calls.pud);
    add("fallback", calls.fallback);
    add("sigbus", calls.sigbus);
    return text.empty() ? "" : ",\"handler_calls\":{" + text + "}";
}

void Recorder::writeStep(const Step& step, const std::string& outcome, const std::string& args) {
    std::string line = "{\"seq\":" + quoted(sequence_.name) + ",\"step\":" + std::to_string(step_) +
                       ",\"op\":" + quoted(opName(step)) + ",\"args\":" + args + outcome + handlerCallsText();
    line += processText(parent_, "");
    if (child_.pid > 0)
        line += processText(child_, "child_");
    say(line + "}");
    ++step_;
}

void Recorder::recordStart() {
    if (const std::optional<DumpText> first = dump(parent_))
        baseline_ = first->absolute;
    handlerCallsText(); // what came before does not belong to this sequence
    writeStep(start_, ",\"ret\":0",
              "{\"base\":" + quoted(hex(windowBase)) + ",\"src\":" + quoted(sequence_.source) + "}");
}

bool Recorder::recordStep(const Step& step) {
    say("~next {\"step\":" + std::to_string(step_) + ",\"op\":" + quoted(opName(step)) +
        ",\"args\":" + argsText(step, nullptr) + "}");
    const bool ofChild = step.who == Who::child;
    if (ofChild && child_.pid == 0)
        return true; // it is dead or hangs: there is nobody to tell
    const bool endsChild = ofChild && step.verb == Verb::exit;
    const std::optional<Outcome> outcome =
        endsChild ? endChild(step) : order(ofChild ? child_ : parent_, step);
    if (!outcome)
        return false;
    if (step.verb == Verb::fork && outcome->childPid > 0) {
        child_.pid = outcome->childPid;
        order(child_, start_); // its answer says that it is up
    }
    writeStep(step, outcomeText(step, *outcome), argsText(step, &*outcome));
    return true;
}

/// "exit N", "signal N" or "hung".
std::string Recorder::endWorker() {
    Step exit;
    exit.verb = Verb::exit;
    const bool told = ::write(parent_.commands, &exit, sizeof exit) == static_cast<ssize_t>(sizeof exit);
    for (int end : {parent_.commands, child_.commands})
        close(end);
    const int tenths =
        10 * (!told || kernelComplained_ || somethingHung_ ? patienceAfterOops : patienceSeconds);
    for (int waited = 0; waited < tenths * 10; ++waited) {
        int status = 0;
        if (waitpid(parent_.pid, &status, WNOHANG) == parent_.pid)
            return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status))
                                     : "signal " + std::to_string(WTERMSIG(status));
        usleep(waited < 100 ? 2'000 : 10'000);
    }
    somethingHung_ = true;
    return "hung";
}

/// Passes new lines of the kernel's log on.
void Recorder::readKernelLog() {
    char record[2048];
    for (ssize_t got = 0; (got = ::read(channels_.kernelLog, record, sizeof record - 1)) > 0;) {
        record[got] = '\0';
        const char* text = std::strchr(record, ';');
        std::string line = text ? text + 1 : record;
        line.resize(std::min(line.find('\n'), line.size()));
        if (line.find("Oops") != std::string::npos || line.find("BUG: unable") != std::string::npos ||
            line.find("kernel BUG at") != std::string::npos || line.find("NULL pointer") != std::string::npos)
            kernelComplained_ = true;
        say("~kmsg " + line);
    }
}

Machine Recorder::run() {
    if (!startWorker())
        return Machine::suspect;
    bool alive = order(parent_, start_).has_value(); // its answer says that it is up and touches nothing new
    recordStart();
    for (const Step& step : sequence_.steps) {
        alive = alive && recordStep(step);
        if (!alive)
            break;
    }
    const std::string worker = !alive && somethingHung_ ? "hung" : endWorker();
    close(parent_.replies);
    close(child_.replies);
    readKernelLog();
    say("~end {\"seq\":" + quoted(sequence_.name) + ",\"worker\":" + quoted(worker) +
        ",\"died\":" + (alive ? "false" : "true") + "}");
    // A reservation that stays would decide what a later map of these frames gets.
    const bool leftMemtypes = unusualMemtypes() != memtypesBefore_;
    return somethingHung_ || kernelComplained_ || !alive || leftMemtypes ? Machine::suspect : Machine::sound;
}

} // namespace pfnscope::record
