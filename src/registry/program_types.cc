#include "registry/program_types.h"

namespace pratique {

const Registry& ProgramTypes() { return Registry::Builtin(); }

}  // namespace pratique
