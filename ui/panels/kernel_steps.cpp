// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/kernel_steps.h"

#include <QFile>

#include <yaml-cpp/yaml.h>

static void initialiseTextResource() {
    Q_INIT_RESOURCE(texts);
}

namespace pfnscope::ui {

KernelSteps KernelSteps::load() {
    initialiseTextResource();
    QFile file(QStringLiteral(":/texts/kernel_steps.yaml"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the bundled texts of the kernel's steps are missing");
    KernelSteps steps;
    for (const auto& entry : YAML::Load(file.readAll().toStdString())) {
        const auto text = entry.second["text"].as<std::string>();
        steps.steps_[entry.first.as<std::string>()] = {QString::fromStdString(entry.second["file"].as<std::string>()),
                                                       QString::fromStdString(text)};
    }
    return steps;
}

const KernelStep* KernelSteps::find(std::string_view function) const {
    const auto found = steps_.find(function);
    return found == steps_.end() ? nullptr : &found->second;
}

} // namespace pfnscope::ui
