// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// RapidCheck's header needs GoogleTest's before it, which sorted includes would turn around.
// clang-format off
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
// clang-format on
