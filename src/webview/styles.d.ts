/** A style sheet that is bundled beside the script. */
declare module '*.css';
