// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "option/catalogue.h"

#include <QDialog>
#include <QStringList>

class QListWidget;
class QListWidgetItem;

namespace pfnscope::ui {

/// Which options stand side by side: as many as there are columns, in the order of the catalogue.
class OptionChooser : public QDialog {
    Q_OBJECT
public:
    OptionChooser(const option::Catalogue& catalogue, const QStringList& now, QWidget* parent);
    QStringList chosen() const;

private:
    void keepToLimit(QListWidgetItem* changed);
    QListWidget* list_;
};

} // namespace pfnscope::ui
