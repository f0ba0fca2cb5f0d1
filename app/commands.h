// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <CLI/CLI.hpp>

#include <iosfwd>
#include <string>
#include <vector>

/// The subcommands: one file each, one registration function each. A command is registered with what it may
/// touch, so that a test runs the whole program in its own process.
namespace pfnscope::app {

/// What the shell is told.
enum class ExitStatus : int {
    Done = 0,          ///< as asked
    CheckFailed = 1,   ///< an expectation or a check failed
    BadInput = 2,      ///< file, line, column and what was expected went to `err`
    Incomplete = 3,    ///< a search ended at its memory limit, or lost a rank; what it found was said
    Interrupted = 130, ///< Ctrl+C ended a search; what it had found was said
};

struct Context {
    std::ostream& out;
    std::ostream& err;
    ExitStatus status = ExitStatus::Done;
    std::istream* in = nullptr; ///< whoever answers questions; null: nobody

    /// Says what is wrong with an input; the program will end with BadInput.
    void bad(const Error& error);
};

void addCompareCommand(CLI::App& program, Context& context);
void addDumpCommand(CLI::App& program, Context& context);
void addSynthesizeCommand(CLI::App& program, Context& context);
void addExploreCommand(CLI::App& program, Context& context);
void addKernelCommand(CLI::App& program, Context& context);
void addLessonCommand(CLI::App& program, Context& context);
void addMmuCommand(CLI::App& program, Context& context);
void addOptionsCommand(CLI::App& program, Context& context);
void addBitsCommand(CLI::App& program, Context& context);
void addRenderCommand(CLI::App& program, Context& context);
void addReportCommand(CLI::App& program, Context& context);
void addRunCommand(CLI::App& program, Context& context);
void addScenariosCommand(CLI::App& program, Context& context);
void addWalkCommand(CLI::App& program, Context& context);
void addWindowCommand(CLI::App& program, Context& context); ///< only in a build with the window
/// What the program does without an argument; only in a build with the window.
void openStartPage(Context& context);

/// To a file (written whole or not at all), or to `context.out` when the path is empty or "-".
void writeOutput(const std::string& content, const std::string& path, Context& context);

/// Parses the command line (without the program's name) and runs the subcommand.
ExitStatus runCommandLine(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err,
                          std::istream* in = nullptr);

} // namespace pfnscope::app
