# Installs the library, its public headers and the package that find_package(pratique) reads; the tool too.
include(CMakePackageConfigHelpers)
set(PRATIQUE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/pratique)

install(TARGETS pratique EXPORT pratiqueTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/pratique DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/schema/rules.fbs DESTINATION ${CMAKE_INSTALL_DATADIR}/pratique/schema)
install(EXPORT pratiqueTargets NAMESPACE pratique:: DESTINATION ${PRATIQUE_PACKAGE_DIR})
if(TARGET pratique_cli)
  install(TARGETS pratique_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# A shared library carries its private dependencies; a static one leaves them to whoever links it.
get_target_property(library_type pratique TYPE)
if(library_type STREQUAL "STATIC_LIBRARY")
  set(PRATIQUE_IS_STATIC ON)
else()
  set(PRATIQUE_IS_STATIC OFF)
endif()
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/pratiqueConfig.cmake.in
  ${PROJECT_BINARY_DIR}/pratiqueConfig.cmake INSTALL_DESTINATION ${PRATIQUE_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pratiqueConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pratiqueConfig.cmake ${PROJECT_BINARY_DIR}/pratiqueConfigVersion.cmake
  DESTINATION ${PRATIQUE_PACKAGE_DIR})
