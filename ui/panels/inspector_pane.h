// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/bit_ruler.h"
#include "panels/pane.h"

class QLabel;
class QTableWidget;

namespace pfnscope::ui {

/// The selected entry bit by bit: its word, its fields, what they mean here, why an access goes as it does, and who
/// wrote it.
class InspectorPane : public Pane {
    Q_OBJECT
public:
    explicit InspectorPane(const PaneContext& context);

    QString asText() override;
    void setTheme(const Theme& theme) override;

protected:
    void refresh() override;

private:
    void showNothing();
    void showFields(Word word, Word wordBefore, hw::Level level);
    void showWriters(Pfn frame, unsigned index);
    void showWalk(Pfn frame, unsigned index);
    void pickBit(int bit);

    QLabel* place_;
    QLabel* word_;
    BitRuler* ruler_;
    QTableWidget* fields_;
    QLabel* why_;
    QTableWidget* writers_;
    std::vector<view::WordWrite> written_;
};

} // namespace pfnscope::ui
