// A value as one word of the shell, a list as many words: what a script says of names and files goes through it.
def quote(value) {
    [value].flatten().collect { word -> "'" + word.toString().replace("'", "'\\''") + "'" }.join(' ')
}
