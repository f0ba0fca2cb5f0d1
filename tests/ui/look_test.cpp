// SPDX-License-Identifier: GPL-3.0-or-later
#include "actions/action_registry.h"
#include "editor/yaml_highlighter.h"
#include "theme/style.h"

#include <QFontInfo>
#include <QPalette>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace pfnscope::ui {
namespace {

TEST(Actions, NoTwoShortcutsCollide) {
    std::map<QString, QString> owner;
    for (const ActionSpec& spec : actionList()) {
        for (const QKeySequence& key : ActionRegistry::keys(spec)) {
            const QString text = key.toString();
            EXPECT_FALSE(text.isEmpty()) << spec.name << ": not a key: " << spec.keys;
            EXPECT_FALSE(owner.contains(text)) << spec.name << " and " << owner[text].toStdString() << ": " << text.toStdString();
            owner[text] = QString::fromUtf8(spec.name);
        }
    }
    for (const PaneKeys& pane : paneKeyList()) {
        for (const QString& key : QString::fromUtf8(pane.keys).split(u' '))
            EXPECT_FALSE(owner.contains(QKeySequence(key).toString())) << pane.pane << ": " << key.toStdString();
    }
}

TEST(Actions, KeysOfTheDesktopAreLeftAlone) {
    for (const ActionSpec& spec : actionList()) {
        for (const QKeySequence& key : ActionRegistry::keys(spec)) {
            for (const char* taken : {"Alt+F7", "Alt+F8", "Alt+F9", "Alt+F10", "Shift+F10"})
                EXPECT_NE(key, QKeySequence(QString::fromLatin1(taken))) << spec.name;
        }
    }
}

TEST(Actions, NamesAreUniqueAndEveryActionExplainsItself) {
    std::set<std::string> names;
    for (const ActionSpec& spec : actionList()) {
        EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
        EXPECT_FALSE(std::string(spec.help).empty()) << spec.name;
    }
}

TEST(Theme, TextIsReadableOnEveryRole) {
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print}) {
        const Theme theme(kind);
        for (const view::Role role : view::kAllRoles)
            EXPECT_GE(contrast(theme.ink(role).text, theme.ink(role).fill), 4.5) << name(kind).toStdString() << ' ' << view::name(role);
        for (const QColor& ground : {theme.background(), theme.panel()}) { // and every second row of a table
            for (const view::Mark mark : {view::Mark::Added, view::Mark::Removed, view::Mark::Changed})
                EXPECT_GE(contrast(theme.change(mark), ground), 4.5) << name(kind).toStdString() << ' ' << view::letter(mark);
            for (int column = 0; column < 4; ++column)
                EXPECT_GE(contrast(seriesText(theme, column), ground), 4.5) << name(kind).toStdString() << ' ' << column;
        }
        EXPECT_GE(contrast(theme.text(), theme.panel()), 4.5);
        EXPECT_GE(contrast(theme.faintText(), theme.panel()), 4.5);
    }
}

TEST(Theme, EveryWidgetsTextIsReadable) {
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print}) {
        const QPalette palette = paletteOf(Theme(kind));
        const std::pair<QPalette::ColorRole, QPalette::ColorRole> pairs[] = {
            {QPalette::WindowText, QPalette::Window},    {QPalette::Text, QPalette::Base},
            {QPalette::Text, QPalette::AlternateBase},   {QPalette::PlaceholderText, QPalette::Base},
            {QPalette::PlaceholderText, QPalette::Window}, {QPalette::ButtonText, QPalette::Button},
            {QPalette::HighlightedText, QPalette::Highlight}, {QPalette::Link, QPalette::Window},
            {QPalette::Link, QPalette::Base},            {QPalette::ToolTipText, QPalette::ToolTipBase},
        };
        for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled}) {
            for (const auto& [text, ground] : pairs)
                EXPECT_GE(contrast(palette.color(group, text), palette.color(group, ground)), 4.5)
                    << name(kind).toStdString() << ' ' << int(group) << ": " << int(text) << " on " << int(ground);
        }
    }
}

TEST(Theme, TheTextOfAScenarioIsReadableInEveryColourItHas) {
    QTextDocument document(QStringLiteral("title: \"a string\" # a comment\nsteps: [0x40, plain]\n"));
    YamlHighlighter highlighter(&document);
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print}) {
        const Theme theme(kind);
        highlighter.setTheme(theme);
        int coloured = 0;
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
            for (const QTextLayout::FormatRange& range : block.layout()->formats()) {
                EXPECT_GE(contrast(range.format.foreground().color(), theme.background()), 4.5)
                    << name(kind).toStdString() << ' ' << block.text().mid(range.start, range.length).toStdString();
                ++coloured;
            }
        }
        EXPECT_GE(coloured, 4);
    }
}

TEST(Theme, WhatHasTheKeysStandsOut) {
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print}) {
        const Theme theme(kind);
        for (const QColor& ground : {theme.background(), theme.panel(), theme.grid()})
            EXPECT_GE(contrast(theme.selection(), ground), 3) << name(kind).toStdString(); // WCAG 2.1, 1.4.11
    }
}

TEST(Theme, NoTwoRolesShareHueAndPattern) {
    const Theme theme(ThemeKind::Light);
    std::set<std::tuple<QRgb, int, char16_t>> looks;
    for (const view::Role role : view::kAllRoles) {
        const Ink ink = theme.ink(role);
        EXPECT_TRUE(looks.insert({ink.fill.rgb(), int(ink.pattern), ink.letter.unicode()}).second) << view::name(role);
    }
}

TEST(Theme, NamesAreReadBack) {
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print})
        EXPECT_EQ(themeKindFromName(name(kind)), kind);
}

TEST(Fonts, TheBundledMonospacedFontIsInUse) {
    EXPECT_EQ(QFontInfo(monoFont(13)).family(), QStringLiteral("DejaVu Sans Mono"));
    EXPECT_TRUE(QFontInfo(monoFont(13)).fixedPitch());
}

} // namespace
} // namespace pfnscope::ui
