// The types of this program, for what stands above the library: the commands and the fuzz targets.
#pragma once

#include "pratique/registry.h"

namespace pratique {

// Defined once by each program: program_types.cc where they are the built-in ones; for a program with types of its own,
// the file that pratique_add_types() writes.
const Registry& ProgramTypes();

}  // namespace pratique
