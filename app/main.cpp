// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"

#include <iostream>

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return static_cast<int>(pfnscope::app::runCommandLine(arguments, std::cout, std::cerr, &std::cin));
}
