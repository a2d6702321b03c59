/* Which sources the library was compiled from. */

const char *vaern_sources(void)
{
    return SOURCES;
}
