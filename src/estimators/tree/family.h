// The tree family: which classes there are, and what their attributes mean to an importer.
#pragma once

#include "type/class.h"

namespace pratique {

// "pratique.TreeBlock", the part that tree models own.
const Class& TreeBlockClass();

}  // namespace pratique
