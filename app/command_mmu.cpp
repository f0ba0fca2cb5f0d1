// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "machine/mmu_case.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace pfnscope::app {
namespace {

using machine::MmuCase;
using machine::MmuDifference;

struct MmuArguments {
    std::string file;
    bool json = false;
};

/// Writes differences as they are found: a file of a million cases must not pile up.
class MmuReport {
public:
    MmuReport(std::ostream& out, const std::string& file, bool json) : out_(out), file_(file), json_(json) {}

    void add(const MmuCase& mmuCase, const std::vector<MmuDifference>& differences) {
        ++(differences.empty() ? passed_ : failed_);
        for (const MmuDifference& difference : differences)
            json_ ? addJson(mmuCase, difference) : addText(mmuCase, difference);
    }
    void finish() {
        if (json_)
            fmt::print(out_, "{}],\"passed\":{},\"failed\":{}}}\n", any_ ? "" : "{\"differences\":[", passed_,
                       failed_);
        else
            fmt::print(out_, "{} passed, {} failed\n", passed_, failed_);
    }
    bool allPassed() const { return failed_ == 0; }

private:
    void addText(const MmuCase& mmuCase, const MmuDifference& difference) {
        fmt::print(out_, "{}:{}: {}{}: {}: expected {}, found {}\n", file_, mmuCase.line, mmuCase.id,
                   mmuCase.expected.why.empty() ? "" : " (" + mmuCase.expected.why + ")", difference.what,
                   difference.expected, difference.found);
    }
    void addJson(const MmuCase& mmuCase, const MmuDifference& difference) {
        const nlohmann::ordered_json entry{{"line", mmuCase.line},
                                           {"id", mmuCase.id},
                                           {"what", difference.what},
                                           {"expected", difference.expected},
                                           {"found", difference.found}};
        out_ << (any_ ? ",\n" : "{\"differences\":[") << entry.dump();
        any_ = true;
    }

    std::ostream& out_;
    const std::string& file_;
    bool json_;
    bool any_ = false;
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
};

void runCases(const MmuArguments& arguments, Context& context) {
    auto reader = machine::MmuCaseReader::open(arguments.file);
    if (!reader)
        return context.bad(reader.error());
    MmuReport report(context.out, arguments.file, arguments.json);
    for (;;) {
        const auto next = reader->next();
        if (!next)
            return context.bad(next.error());
        if (!*next)
            break;
        machine::Machine machine = machine::machineOf(**next);
        const machine::AccessOutcome outcome = machine::runCase(machine, **next);
        report.add(**next, machine::differences(**next, outcome, machine));
    }
    report.finish();
    if (!report.allPassed())
        context.status = ExitStatus::CheckFailed;
}

} // namespace

void addMmuCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<MmuArguments>();
    CLI::App* command =
        program.add_subcommand("mmu", "Run recorded accesses through the MMU and compare what comes of them");
    command->add_option("CASES", arguments->file, "JSON lines, plain or gzipped; read as a stream")
        ->required();
    command->add_flag("--json", arguments->json, "For programs: every difference, and the two counts");
    command->callback([arguments, &context] { runCases(*arguments, context); });
}

} // namespace pfnscope::app
