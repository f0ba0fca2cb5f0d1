// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands.h"
#include "app/export.h"

/// What the commands that draw share on the command line.
namespace pfnscope::app {

/// --columns, --frames, --scale and what else a picture may be told. `request` must outlive the parse.
void addPictureOptions(CLI::App& command, ExportRequest& request);

/// One file, or one a tile; a picture in tiles cannot go to standard output.
void writeFiles(const std::vector<ExportedFile>& files, const std::string& path, Context& context);

} // namespace pfnscope::app
