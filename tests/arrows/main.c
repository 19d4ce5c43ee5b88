// Linking is the test: see meson.build.
int main(void)
{
    return 0;
}
