// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one sequence in a fresh process and writes it down, line by line.
#pragma once

#include "dump_text.h"
#include "sequences.h"

#include <optional>
#include <string>
#include <sys/types.h>

namespace pfnscope::record {

/// What the recorder writes to and reads from; all stay open for the whole run.
struct Channels {
    int device = -1;    ///< /dev/pfnscope_recorder
    int output = -1;    ///< the port to the host
    int kernelLog = -1; ///< /dev/kmsg, nonblocking
};

/// What the machine is worth after a sequence.
enum class Machine { sound, suspect };

class Recorder {
public:
    Recorder(const Channels& channels, const Sequence& sequence, SoftDirty softDirty);

    /// Writes the step lines of the format, and for the host these lines of its own, each with a tilde first:
    /// `~next` what is about to be done, `~kmsg` a line of the kernel's log, `~end` how the process ended.
    Machine run();

private:
    struct Recorded {
        pid_t pid = 0;
        int commands = -1;
        int replies = -1;
        std::string lastMm;
    };

    bool startWorker();
    void recordStart();
    bool recordStep(const Step& step);
    std::optional<Outcome> order(Recorded& process, const Step& step);
    std::optional<Outcome> endChild(const Step& step);
    std::optional<Outcome> replyOf(Recorded& process);
    std::optional<DumpText> dump(const Recorded& process);
    std::string processText(Recorded& process, const std::string& prefix);
    std::string handlerCallsText() const;
    void writeStep(const Step& step, const std::string& outcome, const std::string& args);
    std::string endWorker();
    void readKernelLog();
    void say(const std::string& line) const;

    Channels channels_;
    const Sequence& sequence_;
    SoftDirty softDirty_;
    Recorded parent_;
    Recorded child_;
    TableNames names_;
    Baseline baseline_;
    int step_ = 0;
    bool kernelComplained_ = false;
    bool somethingHung_ = false;
    Step start_;
    std::string memtypesBefore_;
};

} // namespace pfnscope::record
