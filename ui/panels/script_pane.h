// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/pane.h"
#include "scenario/lesson_progress.h"

class QLabel;
class QListWidget;
class QSplitter;
class QVBoxLayout;

namespace pfnscope::ui {

/// The script: its steps, what is said of the current one, the question it asks, and what became of it under each
/// option.
class ScriptPane : public Pane {
    Q_OBJECT
public:
    explicit ScriptPane(const PaneContext& context);

    QString asText() override;
    /// What is said of the step, what it came to, and the question that the next one asks.
    QString narrationText();
    /// The step whose question is open: the next one, which has not been run yet.
    std::optional<std::size_t> asked() const;
    /// Runs the step that the open question is about.
    void reveal();
    /// What was guessed right and how many questions there are; nothing was asked of one who guesses nothing.
    scenario::LessonScore score() const;
    /// What is offered at the end of the script, as a link; empty: nothing.
    void setFollowUp(const QString& words) { followUp_ = words; }

Q_SIGNALS:
    void followUpAsked();
    /// A wrong answer that is an operation: what would it have done in this step's place?
    void answerTried(std::size_t step, const QString& operation);

protected:
    void refresh() override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fillSteps();
    void shareRoomSoon();
    void shareRoom();
    void sizeWords();
    QString narration() const;
    QString outcomes() const;
    QString question(std::size_t index) const;
    QString outlook() const;
    QString titleOf(std::size_t index) const;
    void follow(const QString& link);
    void guess(std::size_t answer);

    QLabel* title_;
    QListWidget* steps_;
    QLabel* narration_;
    QSplitter* split_;
    std::map<std::size_t, std::size_t> guesses_; ///< step -> what the reader said before it was run
    std::uint64_t shown_ = 0; ///< the run whose steps are listed
    std::size_t reached_ = 0; ///< steps that were seen, if only in passing
    QString followUp_;
    bool filling_ = false;
    bool sharedByHand_ = false;
};

} // namespace pfnscope::ui
