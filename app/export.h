// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/pictures.h"
#include "render/run_slides.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// A finished run in one of the forms that leave the program.
namespace pfnscope::app {

enum class Format {
    Text,
    Unicode,
    Diff,
    Svg,
    Png,
    Pdf,
    Dot,
    Mermaid,
    Calls,
    Html,
    Json,
    JsonLines,
    Csv,
    Cast
};
/// As the command line names them.
const std::map<std::string, Format>& formatNames();
/// "svg": how a file's name ends.
std::string fileEnding(Format format);
/// Not a picture of one step: every step is in it anyway.
bool showsAWholeRun(Format format);

struct ExportRequest {
    Format format = Format::Text;
    std::optional<std::size_t> step; ///< empty: the last, or every one where the format shows a whole run
    bool columns = false;
    bool frames = false; ///< also lists the mapped frames
    PngRequest png;
};

struct ExportedFile {
    std::string suffix; ///< of its name; empty but for tiles
    std::string content;
    std::string warning; ///< what is to be said beside it; empty: nothing
};
view::LayoutOptions layoutOf(const ExportRequest& request);
/// The formats that show one diagram, as the command line names them.
const std::vector<std::string>& diagramFormats();
/// In one of these; any other is the caller's mistake.
Result<std::vector<ExportedFile>> exportDiagram(const view::Diagram& diagram, const ExportRequest& request);
/// `against`: for Format::Diff, the run to compare with; null: the step before.
Result<std::vector<ExportedFile>> exportRun(const render::PicturedRun& pictured,
                                            const render::PicturedRun* against, const ExportRequest& request);

} // namespace pfnscope::app
