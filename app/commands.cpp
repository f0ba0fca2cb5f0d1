// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"

#include "app/command_schedule.h"

#include <algorithm>
#include <ostream>

namespace pfnscope::app {

void Context::bad(const Error& error) {
    err << "pfnscope: " << toText(error) << '\n';
    status = ExitStatus::BadInput;
}

ExitStatus runCommandLine(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err,
                          std::istream* in) {
    Context context{out, err, ExitStatus::Done, in};
    CLI::App program{
        "What the Linux kernel does to page tables when it maps physical frames with huge entries.\n"
        "Without an argument the window opens.",
        "pfnscope"};
    program.set_version_flag("--version", "pfnscope " PFNSCOPE_VERSION);
    program.require_subcommand(1);
    addRunCommand(program, context);
    addCompareCommand(program, context);
    addSynthesizeCommand(program, context);
    addDumpCommand(program, context);
    addExploreCommand(program, context);
    addKernelCommand(program, context);
    addLessonCommand(program, context);
    addMmuCommand(program, context);
    addOptionsCommand(program, context);
    addBitsCommand(program, context);
    addRenderCommand(program, context);
    addReportCommand(program, context);
    addScenariosCommand(program, context);
    addScheduleCommand(program, context);
    addWalkCommand(program, context);
#ifdef PFNSCOPE_WITH_WINDOW
    addWindowCommand(program, context);
    if (arguments.empty()) {
        openStartPage(context);
        return context.status;
    }
#endif

    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend()); // CLI11 takes them from the back
    try {
        program.parse(reversed);
    } catch (const CLI::ParseError& problem) {
        const bool isHelp = problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
        program.exit(problem, out, err);
        return isHelp ? ExitStatus::Done : ExitStatus::BadInput;
    }
    return context.status;
}

} // namespace pfnscope::app
