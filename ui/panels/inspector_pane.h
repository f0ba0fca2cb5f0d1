// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/bit_ruler.h"
#include "panels/pane.h"

class QLabel;
class QPushButton;
class QTableWidget;

namespace pfnscope::ui {

/// The selected entry bit by bit: its word, its fields, what they mean here, why an access goes as it does, who wrote
/// it. Bits can be turned: that is a draft, and becomes a column of its own or nothing.
class InspectorPane : public Pane {
    Q_OBJECT
public:
    explicit InspectorPane(const PaneContext& context);

    QString asText() override;
    void setTheme(const Theme& theme) override;
    BitRuler& ruler() const { return *ruler_; }
    /// What the word would be; empty: nothing was turned.
    const std::optional<Word>& draft() const { return draft_; }

Q_SIGNALS:
    /// The draft is to be run, from the end of this step on, in a column of its own.
    void whatIfAsked(Pfn table, unsigned index, pfnscope::Word word);

protected:
    void refresh() override;

private:
    void makeLayout();
    void showNothing();
    void showFields(Word word, Word changed, hw::Level level);
    void showWriters(Pfn frame, unsigned index);
    void showDraft();
    void pickBit(int bit);
    void turnBit(int bit);
    void explainRow(int row);
    QList<QWidget*> parts() const;

    QLabel* place_;
    QLabel* word_;
    BitRuler* ruler_;
    QWidget* draftBar_;
    QLabel* draftWords_;
    QPushButton* run_;
    QPushButton* discard_;
    QTableWidget* fields_;
    QLabel* fieldWords_;
    QLabel* why_;
    QLabel* neighbours_;
    QTableWidget* writers_;
    std::vector<view::WordWrite> written_;
    std::optional<Word> draft_;
    Word wordNow_ = 0;
    Word wordBefore_ = 0;
    Pfn table_;
    unsigned index_ = 0;
    machine::Position at_ = 0;
};

} // namespace pfnscope::ui
