// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/dump_loader.h"

#include "dump/dump_machine.h"
#include "models/text.h"

#include <QCoreApplication>

namespace pfnscope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("DumpLoader", text);
}

QString aboutIt(const dump::PageDump& dump) {
    QString about = tr("%1 ranges of addresses.").arg(dump.runs.size());
    if (const auto lacks = dump::nameOf(dump.format).lacks; !lacks.empty())
        about += u' ' + tr("Such a dump does not tell %1.").arg(qt(std::string(lacks)));
    if (!dump.skipped.empty())
        about += u' ' + tr("%1 of %2 lines were passed over, the first of them line %3: %4.")
                            .arg(dump.skipped.size())
                            .arg(dump.lines)
                            .arg(dump.skipped.front().number)
                            .arg(qt(std::string(dump::words(dump.skipped.front().why))));
    return about;
}

} // namespace

std::optional<Result<Run>> loadDump(const QString& path, const std::string& text) {
    const auto format = dump::recognize(text);
    if (!format)
        return std::nullopt;
    const auto dump = dump::readLines(text, *format);
    if (!dump)
        return fail(dump.error());
    const QString name = path.section(u'/', -1);
    auto machine = dump::machineOf(*dump, name.toStdString());
    if (!machine)
        return fail(machine.error());
    Column column;
    column.option.name = std::string(dump::nameOf(*format).name);
    column.option.title = tr("Page tables of a running system").toStdString();
    column.machine = std::move(*machine);
    column.stepOfOperation.resize(
        column.journal().operations().size()); // of no step: nothing changes, nothing is marked
    column.answers = {tr("read %1 lines").arg(dump->lines - dump->skipped.size()).toStdString()};
    Run run;
    run.path = path;
    run.title = name;
    run.about = aboutIt(*dump);
    run.steps = {{tr("dump: %1").arg(name).toStdString(), run.about.toStdString()}};
    run.columns.push_back(std::move(column));
    return run;
}

} // namespace pfnscope::ui
