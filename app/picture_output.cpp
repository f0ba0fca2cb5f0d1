// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/picture_output.h"

#include "base/atomic_file.h"
#include "render/file_name.h"

#include <fmt/format.h>

namespace pfnscope::app {

void addPictureOptions(CLI::App& command, ExportRequest& request) {
    command.add_flag("--columns", request.columns,
                     "A column a level, from left to right, instead of a staircase");
    command.add_flag("--frames", request.frames, "Also list the frames that are mapped");
    command.add_option("--scale", request.png.scale, "Of png: pixels a unit")->check(CLI::Range(1.0, 3.0));
    command
        .add_option("--most-pixels", request.png.mostPixels,
                    "Of png: of a side; a larger picture is cut into tiles FILE-1-1.png, FILE-1-2.png, ...")
        ->check(CLI::Range(64, 16'384));
    command.add_option("--theme", request.png.theme, "Of png: which colours")
        ->check(CLI::IsMember({"light", "dark", "print"}));
    command.add_flag("--transparent", request.png.transparent, "Of png and svg: no paper behind the picture");
}

void writeFiles(const std::vector<ExportedFile>& files, const std::string& path, Context& context) {
    const bool toStandardOutput = path.empty() || path == "-";
    if (files.size() > 1 && toStandardOutput)
        return context.bad({ErrorKind::Limit,
                            {},
                            fmt::format("a picture in {} tiles on standard output", files.size()),
                            "-o FILE, a smaller --scale, or a larger --most-pixels"});
    for (const ExportedFile& file : files) {
        if (!file.warning.empty())
            context.err << "pfnscope: " << file.warning << '\n';
        writeOutput(file.content, toStandardOutput ? path : render::withSuffix(path, file.suffix), context);
    }
}

void writeOutput(const std::string& content, const std::string& path, Context& context) {
    if (path.empty() || path == "-") {
        context.out << content;
        return;
    }
    if (const auto written = writeFileAtomically(path, content); !written)
        context.bad(written.error());
}

} // namespace pfnscope::app
