// What the columns of a model's input hold, where the model knows: the categories of its encoders.
#pragma once

#include <vector>

#include "pratique/model.h"
#include "type/values.h"

namespace pratique {

// One a feature: the categories that fit saw or was given, of the first encoder that takes the column as it comes in;
// nullptr: none does. The model owns them.
std::vector<const Values*> KnownValues(const Model& model);

}  // namespace pratique
